"""Files in the syntax of Python 3.12 to 3.15 are read on every supported Python."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import Any

import pytest

from fastlint.facts.levelling import MAX_CHARACTERS, Levelled, level_down

LINE_BREAK = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    return LINE_BREAK.split(text)


def level(text: str) -> Levelled:
    levelled = level_down(text)
    assert levelled is not None
    assert len(lines_of(levelled.text)) == len(lines_of(text))
    return levelled


def position(text: str, line: int, byte_column: int) -> tuple[int, int]:
    """The line and the column in characters, of a line and a column in bytes."""
    before = lines_of(text)[line - 1].encode()[:byte_column]
    return line, len(before.decode())


def words(levelled: Levelled, original: str) -> dict[str, str]:
    """What the tree calls a name, and what stands in the original text at its position."""
    lines = lines_of(original)
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(levelled.text)):
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name == "__template__":
            continue
        end_column = node.col_offset + len(name.encode())
        line, start = levelled.original_position(
            *position(levelled.text, node.lineno, node.col_offset)
        )
        _, end = levelled.original_position(*position(levelled.text, node.lineno, end_column))
        found[name] = lines[line - 1][start:end]
    return found


def constants(text: str) -> list[Any]:
    return [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]


SAMPLES = {
    "except without brackets": (
        """
        try:
            token = jwt.decode(raw, key)
        except InvalidTokenError, ValidationError:
            raise HTTPException(status_code=403) from None
        """,
        "token jwt raw key InvalidTokenError ValidationError HTTPException",
    ),
    "except group without brackets": (
        """
        try: run()
        except* OSError, errors.Timeout, : report(x)
        except*A,B: again(y)
        """,
        "run OSError errors report x A B again y",
    ),
    "except over several lines": (
        """
        try: run()
        except \\
            First, \\
            Second: pass
        """,
        "run First Second",
    ),
    "template string": (
        """
        query = t"select * from {table} where id = {ident!r:>{width}} and {flag=}"
        """,
        "query table ident width flag",
    ),
    "raw, joined and triple-quoted template strings": (
        '''
        page = (rt"\\d{first}"  # why
            T"" t"""<p>
            {second(third)}</p>""")
        ''',
        "page first second third",
    ),
    "generic function": (
        """
        @router.get("/items")
        async def items[T: Base = Item, *Ts, **P = [int]](page: Page[T], db: Db) -> list[T]:
            return db.all(page)
        """,
        "router page Page T db Db list",
    ),
    "generic function over several lines": (
        """
        def items[
            T: (int, str),  # which
        ](page: Page) -> None: ...
        """,
        "page Page",
    ),
    "generic classes": (
        """
        class Page[T](BaseModel):
            items: list[T]
        class Empty[T]: pass
        class Round[T] (): pass
        class Long[
            T,  # why

        ]:
            size: int = total
        """,
        "BaseModel items list T size int total",
    ),
    "type alias": (
        """
        if ready:
            type Current = Annotated[User, Depends(get_user)]
        type = 1; type type = later
        """,
        "ready Current Annotated User Depends get_user type later",
    ),
    "generic type alias": (
        """
        type Pair[T, *Ts = *tuple[int]] = tuple[T, Unpack]
        type Long[
            T,

            U = int,  # why
        ] = dict[T,
            U]
        type \\
            Broken = int
        """,
        "Pair tuple T Unpack Long dict U Broken int",
    ),
    "nested quotes": (
        """
        url = f"{base["url"]}/{'x' if a else "y"}" + f'{row['id']:{spec['width']}}'
        """,
        "url base a row spec",
    ),
    "all quotes": (
        '''
        text = f"{a["'"]} {b['"']} {c["""q"""]} {d[\'\'\'q\'\'\']}"
        ''',
        "text a b c d",
    ),
    "backslash in a field": (
        """
        text = f"{'\\n'.join(rows)}: {total:>{width}}{ratio = !r}" f'{last}'
        """,
        "text rows total width ratio last",
    ),
    "comment and line breaks in a field": (
        """
        text = f"at {
            start(  # fastlint: ignore[x]
                now)
        :>10} and {end!r
        }"  # after
        """,
        "text start now end",
    ),
    "deeply nested f-strings": (
        """
        text = f"{f"{f"{f"{f"{f"{inner}"}"}"}"}"}{outer:{a:{b:{c}}}}"
        """,
        "text inner outer a b c",
    ),
    "tuples in fields": (
        """
        text = f"{*many}{*some, one!r}{one, two:>3}{'\\n'}"
        """,
        "text many some one two",
    ),
    "characters beyond ASCII": (
        """
        größe = f"äöü {werte["straße"]} ß {'\\n'} {ende}"; rest = größe
        """,
        "größe werte ende rest",
    ),
    "lazy imports": (
        """
        lazy import json, os.path as path
        lazy from fastapi import APIRouter, (Depends)
        lazy \\
            from . import models
        lazy = 1
        print(lazy)
        """.replace("APIRouter, (Depends)", "(APIRouter, Depends)"),
        "lazy print",
    ),
    "unpacking in comprehensions": (
        """
        a = [*row for row in rows] + [*b async for b in c(*d, *[*e for e in f])]
        g = {*h for h in i} | {**j for j in k}
        m(*n for n in o)
        """,
        "a row rows b c d e f g h i j k m n o",
    ),
    "signs in patterns": (
        """
        match x:
            case +1 | [+2.5, Point(y=+3)] | {+4: +5 + 6j} if z + 1 > +1: pass
        """,
        "x Point z",
    ),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_newer_syntax_is_read_and_every_name_stands_where_it_was(sample: str) -> None:
    source, names = SAMPLES[sample]
    text = textwrap.dedent(source)
    found = words(level(text), text)
    found.pop("int", None)
    assert set(found) == set(names.split()) - {"int"}
    assert {name: place for name, place in found.items() if name != place} == {}


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_other_line_breaks_are_kept(sample: str, line_break: str) -> None:
    text = textwrap.dedent(SAMPLES[sample][0]).replace("\n", line_break)
    levelled = level(text)
    assert LINE_BREAK.findall(levelled.text) == LINE_BREAK.findall(text)
    found = words(levelled, text)
    assert {name: place for name, place in found.items() if name != place} == {}


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_was_levelled_needs_no_levelling(sample: str) -> None:
    assert level_down(level(textwrap.dedent(SAMPLES[sample][0])).text) is None


@pytest.mark.parametrize("sample", SAMPLES)
def test_where_python_reads_it_by_itself_it_says_the_same(sample: str) -> None:
    text = textwrap.dedent(SAMPLES[sample][0])
    try:
        native = ast.parse(text)
    except SyntaxError:
        pytest.skip("newer than the running Python")
    dropped = {
        part
        for node in ast.walk(native)
        for parameter in getattr(node, "type_params", ())
        for part in ast.walk(parameter)
    }
    spoken = {
        (node.id, position(text, node.lineno, node.col_offset))
        for node in ast.walk(native)
        if isinstance(node, ast.Name) and node not in dropped
    }
    levelled = level(text)
    assert {
        (
            node.id,
            levelled.original_position(*position(levelled.text, node.lineno, node.col_offset)),
        )
        for node in ast.walk(ast.parse(levelled.text))
        if isinstance(node, ast.Name) and node.id != "__template__"
    } == spoken


@pytest.mark.parametrize(
    ("text", "levelled"),
    [
        ("try: pass\nexcept A, B: pass", "try: pass\nexcept(A, B): pass"),
        ("try: pass\nexcept (A, B), C: pass", "try: pass\nexcept((A, B), C): pass"),
        ("type X = Annotated[int, y]", "X      = Annotated[int, y]"),
        ("type X[T] = list[T]", "X         = list[T]"),
        ("def f[T](x): pass", "def f(   x): pass"),
        ("class A[T]: pass", "class A( ): pass"),
        ("class A[T](B): pass", "class A(   B): pass"),
        ("class A[\n T,  # c\n]: pass", "class A(\n     # c\n): pass"),
        ("lazy import x", "import      x"),
        ("lazy from x import y", "from      x import y"),
        ("[*x for x in y]", "[ x for x in y]"),
        ("{**x for x in y}", "{0:x for x in y}"),
        ('f"{a["b"]}"', "f'{a[\"b\"]}'"),
        ("f'{a['b']} \"'", "f'''{a['b']} \"'''"),
        ('f"{a["b"]} \' {\'c\'}"', "f'''{a[\"b\"]} ' {'c'}'''"),
        ('f"{[*x for x in y]}"', 'f"{[ x for x in y]}"'),
        (r'f"a{"\n"}b{x!r}"', r'(f"a"+("\n")+f"b"+(x, ) )'),
        (r'f"{x:>{y}}{"\n"}" "z"', r'(f""+(x, (y),)+("\n") +"z")'),
        ('t"a{x}"', '__template__(f"a",(x) )'),
        ("match x:\n case +1: pass", "match x:\n case  1: pass"),
    ],
)
def test_edits_are_small(text: str, levelled: str) -> None:
    assert level(text).text == levelled


@pytest.mark.parametrize(
    ("text", "literals"),
    [
        (r'f"/api/{"\n"}/items{{id}}"', ["/api/", "\n", "/items{id}"]),
        ('f"\\{x}{"\\n"}"', ["\\", "\n"]),
        ('rf"C:\\{x}\\\\\\{"\\n"}"', ["C:\\", "\\\\\\", "\n"]),
        ('f"""say "{"\\n"}" or ""{x}\\"{y}"""', ['say "', "\n", '" or ""', '"']),
        ('f""""\\{"\\n"}"""', ['"\\', "\n"]),
        ('f"\\N{DIGIT ONE}{"\\n"}"', ["1", "\n"]),
        ('"a" f"b{"\\n"}" rf"\\c"', ["a", "b", "\n", "\\c"]),
    ],
)
def test_the_literal_text_of_an_f_string_stays(text: str, literals: list[str]) -> None:
    found = [value for value in constants(level(f"x = {text}").text) if value]
    assert sorted(found) == sorted(literals)


@pytest.mark.parametrize("field", ["x!r", "x:>10", "x=", "x, y:>10", "x:{y}"])
def test_a_formatted_field_is_not_taken_for_its_value(field: str) -> None:
    tree = ast.parse(level(f'z = f"{{{field}}}{{"\\n"}}"').text)
    tuples = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple)]
    assert tuples
    assert {node.id for node in ast.walk(tuples[0]) if isinstance(node, ast.Name)} >= {"x"}


def test_a_template_string_is_not_taken_for_a_string() -> None:
    (statement,) = ast.parse(level('execute(t"select {x}")').text).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    (argument,) = statement.value.args
    assert isinstance(argument, ast.Call)
    assert isinstance(argument.func, ast.Name)
    assert argument.func.id == "__template__"


def test_comments_stay() -> None:
    text = 'class A[  # one\n  T,  # two\n](B):  # three\n  x = f"{\n  a  # four\n}"  # five\n'
    assert re.findall(r"# \w+", level(text).text) == re.findall(r"# \w+", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "def f(:\n",
        "x = f'{a}' \"b\" rf'{c!r:>{d}}' f'''{e['f']}\n'''\n",
        "print 'a'\n",
        "type(x)\ntype = 1\nlazy = 2\nlazy.x\ncase = 3\nmatch = [*x, *y]\n",
        "try: pass\nexcept (A, B) as e: pass\nexcept f(x, y): pass\n",
        "try: pass\nexcept A, B as e: pass\n",
        "def f(*, a, **b): return [x * y for x in b]\n",
        "x[type: int]\n",
        "a\0 = f'{b['c']}'\n",
        "x = f'{b['c']}'" + " " * MAX_CHARACTERS,
    ],
)
def test_where_nothing_is_newer_nothing_is_levelled(text: str) -> None:
    assert level_down(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "try: pass\nexcept A, B as e: pass\n",
        "try: pass\nexcept A, *B: pass\n",
        "try: pass\nexcept A, B: pass\nelse\n",
        'x = t"a" "b"\n',
        'x = f"{}{"a"}"\n',
        'x = f"{a["b"]!z}"\n',
        'x = f"{a["b"]"\n',
        'x = f"{a["b"]} }"\n',
        'x = f"{lambda y: "z"}"\n',
        "def f[](x): pass\n",
        "def f[1](x): pass\n",
        "def f[T U](x): pass\n",
        "def f[T: ](x): pass\n",
        "def f[*Ts: int](x): pass\n",
        "class A[T = yield x]: pass\n",
        "type X[T]\n",
        "type X = \n",
        "lazy import\n",
        "[**x for x in y]\n",
        "x = 1\ny = t'{a}\n",
        "x = f'{a:\n b}'\n",
    ],
)
def test_what_no_python_reads_is_still_refused(text: str) -> None:
    levelled = level_down(text)
    with pytest.raises(SyntaxError):
        ast.parse(text if levelled is None else levelled.text)


def test_an_error_below_newer_syntax_is_found_where_it_is() -> None:
    text = 'try: pass\nexcept A, B: x = f"{a["b"]}"\nlazy import x; type Y = = 1\n'
    levelled = level(text)
    with pytest.raises(SyntaxError) as caught:
        ast.parse(levelled.text)
    assert caught.value.lineno is not None
    assert caught.value.offset is not None
    line, column = levelled.original_position(caught.value.lineno, caught.value.offset - 1)
    assert (line, column) == (3, text.splitlines()[2].index("= 1"))


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 10_000 + ")" * 10_000,
        "x = " + "[" * 10_000,
        "x = " + 'f"{' * 10_000 + "1" + '}"' * 10_000,
        'x = f"' + "{x:" * 10_000 + "}" * 10_000 + '"',
        "x = " + "-" * 100_000 + "1",
        "match x:\n case " + "{1:" * 1_000 + "1" + "}" * 1_000 + ": pass",
        "f'{x:" + "\n # " * 10_000,
        "type X[" * 10_000,
        "x" + ":case +1" * 10_000,
        "'" * 9_999,
        "f'" + "\\" * 10_001,
        "f'''" + "\"'" * 10_000,
    ],
)
def test_no_nesting_is_too_deep(text: str) -> None:
    levelled = level_down(text)
    assert levelled is None or len(lines_of(levelled.text)) == len(lines_of(text))


def test_edits_are_told_in_the_words_of_the_original() -> None:
    text = 'try: pass\nexcept  A, B: x = f"{a["b"]}"\n'
    levelled = level(text)
    lines = text.split("\n")
    for edit in reversed(levelled.edits):
        line = lines[edit.line - 1]
        lines[edit.line - 1] = line[: edit.start] + edit.text + line[edit.end :]
    assert "\n".join(lines) == levelled.text
    assert levelled.edits == tuple(sorted(levelled.edits))
