"""Fixes of names that are imported: by another name, from elsewhere, in full, or not at all."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.annotations import as_the_file_writes
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.import_names import add_names
from fastlint.fixes.imports import add_import, imported_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_WORD = re.compile(r"\w+")
_FROM = re.compile(r"from(\s+)([\w.]+)(\s+)import\b")


def drop_import(syntax: Syntax, span: Span) -> Changes:
    """The import at ``span`` no longer names what stands there; it goes if that was all."""
    statement = syntax.statement(span)
    if statement is None:
        return None
    start, end = syntax.offsets(span)
    written = syntax.text[statement.start : statement.end]
    match = _FROM.match(written)
    if match is None or "\\" in written or layout.has_comment(written):
        return None
    names = written[match.end() :].strip().strip("()").strip().rstrip(",").strip()
    if names != syntax.text[start:end]:
        return (_without_alias(syntax, span, statement),)
    first = layout.line_start(syntax.text, statement.start)
    is_whole = layout.first_on_line(syntax.text, statement.start)
    if not is_whole or syntax.text[statement.end : layout.line_end(syntax.text, statement.end)]:
        return None
    if len(statement.parent.children if statement.parent else ()) < 2:  # noqa: PLR2004 - a body
        return None
    return (syntax.edit(first, layout.without_lines(syntax.text, first, statement.end), ""),)


def _without_alias(syntax: Syntax, span: Span, statement: Statement) -> Edit:
    start, end = syntax.offsets(span)
    following = re.match(r"\s*,\s*(?=\w)", syntax.text[end : statement.end])
    if following:
        return syntax.edit(start, end + following.end(), "")
    before = syntax.text[statement.start : start].rstrip().rstrip(",").rstrip()
    return syntax.edit(statement.start + len(before), end, "")


def rename(syntax: Syntax, span: Span, new: str, uses: Iterable[Span]) -> Changes:
    """The last name at ``span`` by another name, there and at each of ``uses``.

    Withheld where the file has something of the new name.
    """
    start, end = syntax.offsets(span)
    if syntax.text[start - 1 : start] != "." and "." not in syntax.text[start:end]:
        if re.search(rf"\b{new}\b", syntax.text):
            return Withheld(f"`{new}` is in use in this file")  # for this or for something else
        found = _WORD.match(syntax.text, start, end)
    else:
        found = [*_WORD.finditer(syntax.text, start, end)][-1]
    if found is None:
        return None
    places = [(found.start(), found.end()), *map(syntax.offsets, uses)]
    return syntax.keeping_comments(syntax.edit(first, last, new) for first, last in places)


def move(syntax: Syntax, span: Span, new: str, uses: list[Span]) -> Changes:
    """What the import at ``span`` names is imported from where it is now, ``new`` in full.

    At each of ``uses`` it is called by the last part of ``new``, where that is another.
    """
    module, _, name = new.rpartition(".")
    statement = syntax.statement(span)
    start, end = syntax.offsets(span)
    if statement is None:
        return None
    if _WORD.match(syntax.text, start, end)[0] != name:  # type: ignore[index]
        return _move_and_rename(syntax, span, Wanted(module, name), uses)
    written = syntax.text[statement.start : statement.end]
    match = _FROM.match(written)
    if match is None or "\\" in written or layout.has_comment(written):
        return None
    names = written[match.end() :].strip().strip("()").strip()
    alias = syntax.text[start:end]
    if names.rstrip(",").strip() == alias:
        merged = _merged(syntax, span, module, alias)
        if merged is not None:
            return merged
        first = statement.start + match.start(2)
        return (syntax.edit(first, first + len(match[2]), module),)
    merged = _merged(syntax, span, module, alias)
    if merged is not None:
        return merged
    removal = _without_alias(syntax, span, statement)
    if not layout.first_on_line(syntax.text, statement.start):
        return None
    indent = layout.indentation(syntax.text, statement.start)
    at = statement.end
    if syntax.text[at : layout.line_end(syntax.text, at)].strip():
        return None
    return (removal, syntax.edit(at, at, f"{syntax.newline}{indent}from {module} import {alias}"))


def _move_and_rename(syntax: Syntax, span: Span, wanted: Wanted, uses: list[Span]) -> Changes:
    start, end = syntax.offsets(span)
    if not uses or not syntax.text[start:end].isidentifier():
        return None  # ``GenericModel as Model``
    imports = add_import(syntax, wanted, uses[0])
    if isinstance(imports, Withheld):
        return imports
    renamed = [syntax.edit(*syntax.offsets(use), imports.names[0]) for use in uses]
    removed = drop_import(syntax, span)
    return (*imports.edits, *removed, *renamed) if removed else None


def _merged(syntax: Syntax, span: Span, module: str, name: str) -> tuple[Edit, ...] | None:
    """The name added to an import from ``module`` that stands among those around this one."""
    statement = syntax.statement(span)
    siblings = statement.parent.children if statement and statement.parent else []
    if statement is None or not name.isidentifier():
        return None
    here = siblings.index(statement)
    groups = (reversed(siblings[:here]), siblings[here + 1 :])
    around = (each for group in groups for each in takewhile(_is_import, group))
    other = next((each for each in around if imported_from(syntax, each) == module), None)
    added = add_names(syntax, other, [name]) if other is not None else None
    removed = drop_import(syntax, span)
    return (*added, *removed) if added and removed else None


def _is_import(statement: Statement) -> bool:
    return statement.kind == "import"


def written_out(syntax: Syntax, span: Span, written: str, uses: list[Span]) -> Changes:
    """The import goes, and what it named is written in full where it is used."""
    removed = drop_import(syntax, span)
    if not removed or isinstance(removed, Withheld):
        return removed
    uses_written = [
        syntax.edit(*syntax.offsets(use), as_the_file_writes(syntax, written, use)) for use in uses
    ]
    return (*removed, *uses_written)
