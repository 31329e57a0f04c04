"""Looking closely: the node at a span, from the smallest statement, wherever that stands."""

from __future__ import annotations

import ast
import subprocess
import sys

import libcst as cst
import pytest
from fixcases import marked

from fastlint.findings import Span
from fastlint.fixes.parsing import is_too_deep
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile


def test_importing_the_verbs_does_not_import_libcst() -> None:
    code = (
        "import sys; import fastlint.fixes.edits, fastlint.fixes.rounds, fastlint.fixes.syntax;"
        "sys.exit('libcst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "code",
    [
        "«f(1)»\n",
        "x = («f(1)»)\n",
        "class A:\n\tdef g(self):\n\t\treturn '''\nx''', «f(1)»\n",
        "if a: b = 1; c = «f(1)»\n",
        "for x in «f(1)»:\n    pass\nelse:\n    pass\n",
        "try:\n    pass\nexcept «f(1)»:\n    pass\n",
        "@«f(1)»\ndef g(): pass\n",
        "def g(x=«f(1)»): pass\n",
        "class A(B, x=«f(1)»): pass\n",
        "if a:\r    x = \\\r  «f(1)»\r",
        "x = 'ä€😀', «f(1)»\n",
        "with a as b, «f(1)» as c: pass\n",
        "if True:\n  if a:\n    pass\n  elif b:\n    x = [\n«f(1)»]\n",
    ],
)
def test_a_call_is_found_wherever_it_stands(code: str) -> None:
    syntax, span = marked(code)
    found = syntax.call(span)
    assert found is not None
    assert found.piece.code(found.node.func) == "f"
    assert syntax.text[found.start : found.end] == "f(1)"


def test_other_things_are_found_too() -> None:
    text = "@app.get('/')\nasync def f(a: int, b=(1)):\n    x: int = a\n    return x\ny = 1\n"
    syntax = Syntax(SourceFile(path="a.py", text=text))

    def span(code: str) -> Span:
        start = text.index(code)
        return syntax.file.span(start, start + len(code))

    for code in ("b", "b=(1)", "a: int"):
        parameter = syntax.parameter(span(code))
        assert parameter is not None
        assert parameter.node.name.value == code[0]
    for code in ("@app.get('/')", "app.get('/')"):
        decorator = syntax.decorator(span(code))
        assert decorator is not None
        assert isinstance(decorator.node.decorator, cst.Call)
    for code in ("@app", "def f", "a: int", "return x"):
        function = syntax.function(span(code))
        assert function is not None
        assert function.node.name.value == "f"
    returned = syntax.returned(span("return x"))
    assert returned is not None
    assert isinstance(returned.node.value, cst.Name)
    annotated, plain = syntax.assignment(span("x: int = a")), syntax.assignment(span("y = 1"))
    assert annotated is not None
    assert isinstance(annotated.node, cst.AnnAssign)
    assert plain is not None
    assert isinstance(plain.node, cst.Assign)


@pytest.mark.parametrize(
    "span",
    [
        Span("a.py", 1, 1, 1, 3),
        Span("a.py", 1, 2, 1, 5),
        Span("a.py", 9, 1, 9, 2),
        Span("a.py", 0, 0, 0, 0),
        Span("a.py", 1, 90, 1, 99),
    ],
)
def test_nothing_is_found_where_nothing_like_it_stands(span: Span) -> None:
    syntax = Syntax(SourceFile(path="a.py", text="f(1)\n"))
    assert syntax.call(span) is None
    assert syntax.returned(span) is None
    assert syntax.function(span) is None
    assert syntax.parameter(span) is None
    assert syntax.decorator(span) is None


def test_what_libcst_would_crash_on_is_not_given_to_it() -> None:
    assert is_too_deep(ast.parse("-" * 450 + "1"))
    assert not is_too_deep(ast.parse("-" * 100 + "1"))


def test_only_the_statement_is_parsed() -> None:
    text = "x = f(1)\n" * 2000
    syntax = Syntax(SourceFile(path="a.py", text=text))
    found = syntax.call(Span("a.py", 1000, 5, 1000, 9))
    assert found is not None
    assert found.piece.module.code == "x = f(1)\n"


def test_a_header_is_parsed_without_its_body() -> None:
    text = "def f(a: int = g(1)):\n" + "    x = 1\n" * 2000
    syntax = Syntax(SourceFile(path="a.py", text=text))
    found = syntax.call(Span("a.py", 1, 16, 1, 20))
    assert found is not None
    assert len(found.piece.module.code) < 60


@pytest.mark.parametrize(
    "text",
    ["def\n", "x = '\0'\n", "", "(" * 20_000, "f(" + "-" * 20_000 + "1)\n", "x" + ".a" * 20_000],
)
def test_a_file_that_nothing_can_parse_has_no_nodes(text: str) -> None:
    syntax = Syntax(SourceFile(path="a.py", text=text))
    assert syntax.call(Span("a.py", 1, 1, 1, 2)) is None
    assert syntax.function_outline(Span("a.py", 1, 1, 1, 2)) is None
