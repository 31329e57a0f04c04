"""From Python's tree to facts: nothing is lost, and everything stands where it stands."""

from __future__ import annotations

import ast
from pathlib import Path

import modelcases
import pytest
import respelling

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.source.file import SourceFile

EXPRESSIONS = """
a; a.b.c; a[0]; a[b, c]; a[1:2]; a[:]; a[::2]; a[1:, ...]; a[*b]
1; -1; +1; ~1; 1.5; 1j; 'x'; b'x\\xff'; None; True; ...; 10**2; 123456789012345678901234567890
f(); f(1, *b, c=2, **d); f(x for x in y); f(g(h))(1)
f'{a} b {c!r} {d:>{e}} {f:%Y}'; f''; 'a' 'b'; f'{{x}}'; f'{a}' 'b'
a + b - c * d / e // f % g ** h @ i; a << b >> c | d ^ e & f
a and b or not c; (a or b) and c; not (a and b)
a < b <= c != d == e > f >= g; a is b; a is not b; a in b; a not in b
[]; [1, *a]; (); (1,); (1, 2); {1}; {1, 2}; {}; {'a': 1, **b, c: d}
lambda: 0; lambda a, /, b=1, *c, d, e=2, **f: (a, b); lambda *, a: a
a if b else c; (d := 1)
[x for x in y]; {x for x in y if z if w}; {k: v for k, v in y}; (x for a in b for x in a)
"""

STATEMENTS = """
import a
import a.b
import a.b as c, d
from a import b, c as d
from . import e
from ..f.g import h
from i import *
x = y = 1
x, (y, *z) = a[0], b.c = 1, 2
x: int
x: list[int] = []
a.b: int = 1
x += 1; x //= 2; x **= 3; x >>= 4; x @= 5; x |= 6
del x, y[0], z.a
assert x
assert x, 'message'
if a:
    pass
elif b:
    c
else:
    d
while a:
    break
else:
    continue_
for a, b in c:
    continue
else:
    d
with a, b as c, d as (e, f):
    g
try:
    a
except A:
    b
except (B, C) as e:
    c
except:
    d
else:
    e
finally:
    f
try:
    a
finally:
    b
try:
    a
except* A as e:
    b
@a
@b.c(d)
class C(B, metaclass=M, **k):
    'doc'
    x: int = 1
    @property
    def m(self): return self.x
    class D: ...
class E: pass
"""

FUNCTIONS = """
def f(): ...
def f(a, b: int, /, c=1, *d, e, f: str = 'x', **g) -> None: return
def f(*, a): return 1
def f(*args: int, **kwargs: str): raise
def f(a: 'int', b: "list['X']") -> 'str': raise A from b
@a
@b(c)
async def f(x):
    global g, h
    await x
    async for a in b:
        yield a
    async with c as d, e:
        yield
    return
def outer():
    n = 1
    def inner():
        nonlocal n
        yield from n
        x = yield
        y = await z
    return [i async for i in inner() if await i]
lambda: (yield)
"""

NAMES = """
größe = 'ä' + größe(ß, é='ü')  # …
def naïve(ä: Ö = Ü, *, é: 'Ñ' = "ñ") -> 'Å': return f'{ä}ö{é:>{ü}}', x
class Ü(Ä): ñ: Ö = "日本語"; x = y
日本 = {'語': f(a)[b]}; z
"""


@pytest.mark.parametrize("code", [EXPRESSIONS, STATEMENTS, FUNCTIONS, NAMES, "", "'doc'\n"])
def test_the_facts_say_all_that_the_code_says(code: str) -> None:
    facts = modelcases.facts_of(code)
    assert respelling.respell(facts) == respelling.normal(code)


SOURCES = [
    path
    for path in sorted((Path(__file__).parent.parent / "src" / "fastlint").glob("*/*.py"))
    if "match " not in path.read_text(encoding="utf-8")  # patterns are kept only as names
]


@pytest.mark.parametrize("path", SOURCES[::4], ids=lambda path: path.name)
def test_the_facts_say_all_that_real_code_says(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    assert respelling.respell(modelcases.facts_of(code)) == respelling.normal(code)


SAME = {
    ast.Name: tree.Name, ast.Attribute: tree.Attribute, ast.Call: tree.Call,
    ast.BinOp: tree.BinOp, ast.BoolOp: tree.BoolOp, ast.UnaryOp: tree.UnaryOp,
    ast.Compare: tree.Compare, ast.Subscript: tree.Subscript, ast.List: tree.Sequence,
    ast.Tuple: tree.Sequence, ast.Set: tree.Sequence, ast.Dict: tree.DictDisplay,
    ast.Lambda: tree.Lambda, ast.IfExp: tree.IfExp, ast.Await: tree.Await, ast.Yield: tree.Yield,
    ast.YieldFrom: tree.Yield, ast.Starred: tree.Starred, ast.ListComp: tree.Comprehension,
    ast.SetComp: tree.Comprehension, ast.DictComp: tree.Comprehension,
    ast.GeneratorExp: tree.Comprehension, ast.NamedExpr: tree.Walrus, ast.Slice: tree.Slice,
    ast.keyword: tree.Keyword, ast.alias: tree.Alias, ast.Assign: tree.Assign,
    ast.AnnAssign: tree.AnnAssign, ast.AugAssign: tree.AugAssign, ast.Return: tree.Return,
    ast.Raise: tree.Raise, ast.If: tree.If, ast.For: tree.For, ast.AsyncFor: tree.For,
    ast.While: tree.While, ast.With: tree.With, ast.AsyncWith: tree.With, ast.Try: tree.Try,
    ast.TryStar: tree.Try, ast.ExceptHandler: tree.Handler, ast.FunctionDef: tree.FunctionDef,
    ast.AsyncFunctionDef: tree.FunctionDef, ast.ClassDef: tree.ClassDef, ast.Import: tree.Import,
    ast.ImportFrom: tree.ImportFrom, ast.Delete: tree.Delete, ast.Global: tree.Scope,
    ast.Nonlocal: tree.Scope, ast.Pass: tree.Jump, ast.Break: tree.Jump, ast.Continue: tree.Jump,
    ast.Assert: tree.Assert,
}  # fmt: skip


@pytest.mark.parametrize("code", [EXPRESSIONS, STATEMENTS, FUNCTIONS, NAMES])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_everything_stands_where_python_says(code: str, newline: str) -> None:
    text = code.replace("\n", newline)
    said = sorted(
        (type(node).__name__, *_place(node))
        for node in respelling.everything(modelcases.facts_of(text))
        if type(node) in SAME.values()
    )
    real = sorted(
        (SAME[type(node)].__name__, *_characters(node, code.split("\n")))
        for node in ast.walk(ast.parse(code))
        if type(node) in SAME and not _is_bound_by_walrus(node, code)
    )
    assert said == real


def _place(node: tree.Node) -> tuple[int, int, int, int]:
    return (node.line, node.column, node.end_line, node.end_column)


def _characters(node: ast.AST, lines: list[str]) -> tuple[int, int, int, int]:
    """Where a node of Python's tree stands, in characters: Python itself counts bytes."""

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1].encode()[:offset].decode()) + 1

    place = [getattr(node, name) for name in ("lineno", "end_lineno", "col_offset")]
    end = node.end_col_offset  # type: ignore[attr-defined]
    return place[0], column(place[0], place[2]), place[1], column(place[1], end)


def _is_bound_by_walrus(node: ast.AST, code: str) -> bool:
    """The name on the left of ``:=``: facts keep it in the walrus itself."""
    return any(
        isinstance(each, ast.NamedExpr)
        and (each.lineno, each.col_offset) == (node.lineno, node.col_offset)  # type: ignore[attr-defined]
        and isinstance(node, ast.Name)
        for each in ast.walk(ast.parse(code))
    )


def test_columns_count_characters_not_bytes() -> None:
    facts = modelcases.facts_of("é = '日本'; call(ü)\n")
    assign, call = facts.body
    assert (assign.column, assign.end_column) == (1, 9)
    assert (call.column, call.end_column) == (11, 18)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_span_cuts_out_the_very_text(newline: str) -> None:
    text = newline.join(
        ["ä = [", "    'ö',", "    Ü(x,", "      y),", "]  # \x0c \u2028 ende", "z = 1"]
    )
    source = SourceFile(path="x.py", text=text)
    facts = modelcases.facts_of(text)
    (call,) = (node for node in respelling.everything(facts) if isinstance(node, tree.Call))
    lines = text.split(newline)
    assert (call.line, call.column, call.end_line, call.end_column) == (3, 5, 4, 9)
    assert list(source.lines) == lines
    assert source.slice(Span("x.py", *_place(call))) == f"Ü(x,{newline}      y)"
    assert facts.body[1].line == 6


# --- functions ----------------------------------------------------------------------------------


def functions(code: str) -> dict[str, tree.FunctionFacts]:
    return {each.qualname: each for each in modelcases.facts_of(code).functions}


def test_functions_are_named_as_python_names_them() -> None:
    code = (
        "def a():\n    def b():\n        class C:\n            def d(self):\n"
        "                def e(): ...\n    return lambda: 0\n"
        "class F:\n    class G:\n        async def h(self): ...\n    def i(self): ...\n"
    )
    namespace: dict[str, object] = {}
    exec(code, namespace)  # noqa: S102 - Python says how it names them
    assert list(functions(code)) == [
        "a",
        "a.<locals>.b",
        "a.<locals>.b.<locals>.C.d",
        "a.<locals>.b.<locals>.C.d.<locals>.e",
        "F.G.h",
        "F.i",
    ]
    assert namespace["F"].G.h.__qualname__ == "F.G.h"  # type: ignore[attr-defined]


def test_what_a_function_is() -> None:
    found = functions(
        "def a(): ...\nasync def b(): ...\ndef c(): yield\nasync def d(): x = [(yield 1)]\n"
        "def e():\n    def inner(): yield\n    return lambda: (yield)\n"
        "class C:\n    def f(self):\n        def g(): ...\n"
    )
    told = {
        name: "a" * f.is_async + "g" * f.is_generator + "m" * f.is_method
        for name, f in found.items()
    }
    assert told == {
        "a": "",
        "b": "a",
        "c": "g",
        "d": "ag",
        "e": "",
        "e.<locals>.inner": "g",
        "C.f": "m",
        "C.f.<locals>.g": "",
    }


def test_where_a_function_stands() -> None:
    code = (
        "@first\n@second(\n    1\n)\nasync  def  name(x):\n    pass\n\n"
        "class C:\n  def d(self, d): ...\n  def défi(self): ...\n"
    )
    found = functions(code)
    assert {
        name: (f.first_line, f.line, f.column, f.end_line, f.name_column)
        for name, f in found.items()
    } == {"name": (1, 5, 1, 6, 13), "C.d": (9, 9, 3, 9, 7), "C.défi": (10, 10, 3, 10, 7)}


def test_functions_are_numbered_as_they_begin() -> None:
    facts = modelcases.facts_of(FUNCTIONS)
    assert [each.index for each in facts.functions] == list(range(len(facts.functions)))
    for node in respelling.everything(facts):
        if isinstance(node, tree.FunctionDef):
            assert facts.functions[node.index].name == node.name
            assert facts.functions[node.index].line == node.line


def test_parameters() -> None:
    (found,) = functions("def f(a, b: int = 1, /, c='x', *d, e, f: str = 'y', **g): ...").values()
    assert [(p.name, p.kind, p.column, p.end_column) for p in found.params] == [
        ("a", "positional-only", 7, 8),
        ("b", "positional-only", 10, 20),
        ("c", "ordinary", 25, 30),
        ("d", "*args", 33, 34),
        ("e", "keyword-only", 36, 37),
        ("f", "keyword-only", 39, 51),
        ("g", "**kwargs", 55, 56),
    ]


# --- patterns, imports, literals ----------------------------------------------------------------


def test_a_match_keeps_what_its_patterns_bind_and_name() -> None:
    (statement,) = modelcases.facts_of(
        "match x:\n"
        "    case [a, *rest] if a: ...\n"
        "    case {'k': v, **others}: ...\n"
        "    case Point(x=0, y=Size.BIG) as p: ...\n"
        "    case 1 | None: ...\n"
        "    case _: y\n"
    ).body
    assert isinstance(statement, tree.Match)
    assert [sorted(case.bound) for case in statement.cases] == [
        ["a", "rest"], ["others", "v"], ["p"], [], [],
    ]  # fmt: skip
    named = [[type(value).__name__ for value in case.values] for case in statement.cases]
    assert named[2] == ["Constant", "Attribute"]
    point = statement.cases[2]
    assert (point.alias, point.is_plain) == ("p", False)
    assert [cls.id for cls in point.classes if isinstance(cls, tree.Name)] == ["Point"]
    assert [case.guard is not None for case in statement.cases] == [True, *[False] * 4]
    assert [case.line for case in statement.cases] == [2, 3, 4, 5, 6]


def test_imports_wherever_they_stand() -> None:
    facts = modelcases.facts_of(
        "import a.b as c, d\ndef f():\n    from ..e import g as h, i\ntry:\n    import j\n"
        "except ImportError: ...\n"
    )
    assert [(each.module, each.level, each.names) for each in facts.imports] == [
        ("a.b", 0, []),
        ("d", 0, []),
        ("e", 2, ["g", "i"]),
        ("j", 0, []),
    ]
    assert not facts.future_annotations
    assert modelcases.facts_of("from __future__ import annotations").future_annotations


LITERALS = {
    "x = 'long-enough'": ("x", "assigned", ""),
    "a.b = 'long-enough'": ("b", "assigned", ""),
    "a['key'] = 'long-enough'": ("key", "assigned", ""),
    "x: str = 'long-enough'": ("x", "assigned", ""),
    "f(key='long-enough')": ("key", "keyword", "f"),
    "a.f(1, 'long-enough')": ("", "argument", "a.f"),
    "f()('long-enough')": ("", "argument", ""),
    "{'key': 'long-enough'}": ("key", "key", ""),
    "def f(x='long-enough'): ...": ("x", "default", ""),
    "def f(*, x='long-enough'): ...": ("x", "default", ""),
    "x == 'long-enough'": ("x", "compared", ""),
    "'long-enough' != a.b": ("b", "compared", ""),
    "['long-enough']": ("", "", ""),
    "x = 'long-enough-ä'": ("x", "assigned", ""),
}


@pytest.mark.parametrize("code", LITERALS)
def test_literals_know_what_they_are_given_to(code: str) -> None:
    (found,) = tree.literals(modelcases.facts_of(code))
    assert (found.name, found.role, found.owner) == LITERALS[code]
    assert code[found.column - 1 : found.end_column - 1] == repr(found.value)


@pytest.mark.parametrize(
    "code",
    [
        "'a docstring that is long'",
        "x = 'short'",
        "x = 'some words of prose'",
        "x = 12345678",
        "x = b'long-enough'",
        "x = f'{long}-enough'",
    ],
)
def test_what_is_no_literal_of_consequence(code: str) -> None:
    assert tree.literals(modelcases.facts_of(code)) == []


def test_a_private_key_is_one_though_it_has_spaces() -> None:
    (found,) = tree.literals(modelcases.facts_of("x = '-----BEGIN PRIVATE KEY-----'"))
    assert found.name == "x"


# --- as bytes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [EXPRESSIONS, STATEMENTS, FUNCTIONS, NAMES])
def test_facts_survive_being_written_and_read(code: str) -> None:
    data = tree.encode(modelcases.facts_of(code))
    assert respelling.respell(tree.decode(data)) == respelling.normal(code)
    assert tree.encode(tree.decode(data)) == data
    assert tree.encode(modelcases.facts_of(code)) == data


def test_lone_surrogates_and_huge_numbers_can_be_written() -> None:
    code = "x = '\\ud800-long-enough'\ny = 0x" + "f" * 40 + "\nz = b'" + "a" * 20_000 + "'\n"
    facts = tree.decode(tree.encode(modelcases.facts_of(code)))
    values = [s.value for s in facts.body if isinstance(s, tree.Assign)]
    assert [v.value for v in values if isinstance(v, tree.Constant)][:2] == [
        "?-long-enough",
        "0x" + "f" * 40,
    ]
