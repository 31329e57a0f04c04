"""Tables of code before and after a fix, with the fixed span marked ``«like this»``.

A table is text: ``=== what it shows``, the code before, ``---``, the code after. What an editor
does not show is written out: ``⇥`` a tab, ``␍`` a CR before the newline, ``␊`` a CR instead of the
newline, ``∎`` no newline at the end of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from fastlint.findings import Changes, Span, Withheld
from fastlint.fixes.apply import apply_edits
from fastlint.fixes.syntax import Syntax
from fastlint.source.file import SourceFile

Verb = Callable[..., Changes]


def changes(table: str) -> list[ParameterSet]:
    """Code before and after."""
    return [pytest.param(before, after, id=title) for title, (before, after), _ in _cases(table)]


def changes_of(table: str) -> list[ParameterSet]:
    """Code before and after, and the names that follow the title after a ``|``."""
    return [
        pytest.param(before, after, names, id=title)
        for title, (before, after), names in _cases(table)
    ]


def codes_of(table: str) -> list[ParameterSet]:
    """Code alone, and the names that follow the title after a ``|``."""
    return [pytest.param(code, names, id=title) for title, (code,), names in _cases(table)]


def refusals(table: str) -> list[ParameterSet]:
    """Code that a fix must leave alone."""
    return [pytest.param(code, id=title) for title, (code,), _ in _cases(table)]


def _cases(table: str) -> Iterator[tuple[str, list[str], list[str] | None]]:
    for case in table.removeprefix("\n").removeprefix("=== ").split("\n=== "):
        title, _, code = case.partition("\n")
        title, bar, names = title.partition(" | ")
        code = code if code.endswith("\n") else code + "\n"
        yield title, [_plain(part) for part in code.split("---\n")], names.split() if bar else None


def _plain(code: str) -> str:
    code = code.replace("⇥", "\t").replace("␍\n", "\r\n").replace("␊\n", "\r")
    return code.removesuffix("∎\n")


def marked(code: str, path: str = "app/main.py") -> tuple[Syntax, Span]:
    """The file without its marks, and the span between them."""
    start = code.index("«")
    end = code.index("»") - 1
    text = code.replace("«", "").replace("»", "")
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    file = SourceFile(path=path, text=text, newline=newline)
    return Syntax(file), file.span(start, end)


def fixed(code: str, verb: Verb, *args: Any, **options: Any) -> str | None:
    """The whole text after a verb was applied to what is marked; None if the verb refuses."""
    syntax, span = marked(code)
    edits = verb(syntax, span, *args, **options)
    if not edits:
        return None
    result = apply_edits(syntax.text, edits)
    assert result is not None, "the edits of one verb overlap"
    return result


def withheld(code: str, verb: Verb, *args: Any, **options: Any) -> str:
    """Why a verb leaves alone what is marked; empty where it does not say."""
    changed = verb(*marked(code), *args, **options)
    assert not changed, "there is a fix"
    return changed.reason if isinstance(changed, Withheld) else ""
