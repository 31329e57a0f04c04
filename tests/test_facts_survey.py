"""The door of the facts room: what is read, what is refused, and with which words."""

from __future__ import annotations

import gc
import sys
import warnings

import pytest

from fastlint.facts import tree
from fastlint.facts.survey import Unparsable, survey


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = (\n", 1, 5),
        ("a\nif x\n    pass\n", 2, 5),
        ("a = 1\r\nb = = 2\r\n", 2, 5),
        ("a = 1\rb = = 2\r", 2, 5),
        ("ä = 'üü'; b = = 2\n", 1, 15),
        ("def f(:\n", 1, 7),
        ("x = 'unterminated\n", 1, 5),
    ],
)
def test_what_no_python_reads_is_refused_where_it_is_wrong(
    text: str, line: int, column: int
) -> None:
    refused = survey(text)
    assert isinstance(refused, Unparsable)
    assert refused.is_syntax
    assert refused.message
    assert (refused.line, refused.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"), [("x = 1\n\0", 2, 1), ("ä = '\0'", 1, 6), ("\0", 1, 1)]
)
def test_null_bytes_are_called_by_their_name(text: str, line: int, column: int) -> None:
    refused = survey(text)
    assert isinstance(refused, Unparsable)
    assert "null" in refused.message
    assert (refused.line, refused.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + ")" * 10_000,
        "-" * 20_000 + "1",
        "".join(" " * n + "if x:\n" for n in range(2_000)) + " " * 2_000 + "pass\n",
        "x" + ".y" * 60_000,
        "x = " + "+".join(["1"] * 60_000),
        "f" + "()" * 60_000,
    ],
    ids=["parentheses", "signs", "blocks", "attributes", "sums", "calls"],
)
def test_what_is_nested_too_deeply_is_refused_or_read_but_never_breaks(text: str) -> None:
    limit = sys.getrecursionlimit()
    found = survey(text)
    assert sys.getrecursionlimit() == limit
    if isinstance(found, Unparsable):
        assert found.message
    else:
        assert isinstance(tree.encode(found), bytes)


def test_what_people_nest_is_read() -> None:
    text = "x = " + "[" * 60 + "]" * 60 + "\ny = a" + ".b()" * 400 + "\n"
    assert not isinstance(survey(text), Unparsable)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "\x0c\n", "x = 1", "\\\n\nx = 1\n"])
def test_small_things_are_read(text: str) -> None:
    assert not isinstance(survey(text), Unparsable)


def test_python_does_not_warn_of_the_code_that_is_read() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not isinstance(survey("x = '\\d'\nx is 1\nassert (1, 2)\n"), Unparsable)


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    survey("x = 1")
    assert gc.isenabled()
    gc.disable()
    try:
        survey("x = (")
        assert not gc.isenabled()
    finally:
        gc.enable()
