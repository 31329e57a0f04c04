"""Fixes of what a library has renamed or moved: the same thing by its new name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from fastlint.fixes import layout
from fastlint.fixes.calls import remove_keyword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.findings import Edit, Span
    from fastlint.fixes.syntax import Syntax

_WORD = re.compile(r"\w+")
_KEYWORD = re.compile(r"(\w+)(\s*=\s*)(.*)", re.DOTALL)
_FROM = re.compile(r"from(\s+)([\w.]+)(\s+)import\b")


def modernise(
    syntax: Syntax,
    span: Span,
    mend: Literal["none", "rename", "keyword", "listed", "drop", "moved"],
    new: str,
    *,
    call: Span | None = None,
    uses: Iterable[Span] = (),
) -> tuple[Edit, ...] | None:
    """Write something by its new name.

    ``rename``: the last name at ``span`` (``status.OLD``, ``OLD``, ``OLD as X`` in an import), and
    at each of ``uses``. ``keyword``: the name of the keyword argument at ``span``; ``listed``: its
    value goes into a list as well; ``drop``: the argument goes, out of ``call``. ``moved``: what
    the import at ``span`` names is imported from elsewhere, ``new`` being its full name.
    """
    if mend == "rename":
        return _rename(syntax, span, new, uses)
    if mend == "moved":
        return _move(syntax, span, new)
    start, end = syntax.offsets(span)
    match = _KEYWORD.match(syntax.text, start, end)
    if match is None or call is None:
        return None
    if mend == "drop":
        return remove_keyword(syntax, call, match[1])
    name = syntax.edit(start, start + len(match[1]), new)
    if mend == "keyword":
        return (name,)
    if mend == "listed":
        opening = syntax.edit(match.start(3), match.start(3), "[")
        return (name, opening, syntax.edit(end, end, "]"))
    return None


def _rename(syntax: Syntax, span: Span, new: str, uses: Iterable[Span]) -> tuple[Edit, ...] | None:
    start, end = syntax.offsets(span)
    if syntax.text[start - 1 : start] != "." and "." not in syntax.text[start:end]:
        if re.search(rf"\b{new}\b", syntax.text):
            return None  # the new name is in use in this file, for the same thing or another
        found = _WORD.match(syntax.text, start, end)
    else:
        found = [*_WORD.finditer(syntax.text, start, end)][-1]
    if found is None:
        return None
    places = [(found.start(), found.end()), *map(syntax.offsets, uses)]
    return tuple(syntax.edit(first, last, new) for first, last in places)


def _move(syntax: Syntax, span: Span, new: str) -> tuple[Edit, ...] | None:
    module, _, name = new.rpartition(".")
    statement = syntax.statement(span)
    start, end = syntax.offsets(span)
    if statement is None or _WORD.match(syntax.text, start, end)[0] != name:  # type: ignore[index]
        return None
    written = syntax.text[statement.start : statement.end]
    match = _FROM.match(written)
    if match is None or "\\" in written or layout.has_comment(written):
        return None
    names = written[match.end() :].strip().strip("()").strip()
    alias = syntax.text[start:end]
    if names.rstrip(",").strip() == alias:
        first = statement.start + match.start(2)
        return (syntax.edit(first, first + len(match[2]), module),)
    rest = syntax.text[end : statement.end]
    following = re.match(r"\s*,\s*(?=\w)", rest)
    if following:
        removal = syntax.edit(start, end + following.end(), "")
    else:
        before = syntax.text[statement.start : start].rstrip().rstrip(",").rstrip()
        removal = syntax.edit(statement.start + len(before), end, "")
    if not layout.first_on_line(syntax.text, statement.start):
        return None
    indent = layout.indentation(syntax.text, statement.start)
    at = statement.end
    if syntax.text[at : layout.line_end(syntax.text, at)].strip():
        return None
    return (removal, syntax.edit(at, at, f"{syntax.newline}{indent}from {module} import {alias}"))
