"""Fixes of ``Depends``: what it is given, and where it was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.annotations import as_the_file_writes
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import, add_imports

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

DEPENDS = Wanted("fastapi", "Depends", ("fastapi.params",))


def call_argument(syntax: Syntax, call_span: Span) -> Changes:
    """``Depends(Scheme)`` -> ``Depends(Scheme())``"""
    found = syntax.call(call_span)
    given = _dependency(found)
    if found is None or given is None:
        return None
    end = found.piece.outer(given)[1]
    return syntax.keeping_comments([syntax.edit(end, end, "()")])


def uncall_argument(syntax: Syntax, call_span: Span) -> Changes:
    """``Depends(f())`` -> ``Depends(f)``; None where ``f`` is given anything."""
    import libcst as cst

    found = syntax.call(call_span)
    given = _dependency(found)
    if found is None or not isinstance(given, cst.Call) or given.args:
        return None
    end = found.piece.outer(given.func)[1]
    return syntax.keeping_comments([syntax.edit(end, found.piece.end(given), "")])


def wrap_in_depends(syntax: Syntax, span: Span) -> Changes:
    """``get_user`` -> ``Depends(get_user)``, with the import, for the expression at ``span``."""
    start, end = syntax.offsets(span)
    if end > len(syntax.text):
        return None
    imports = add_import(syntax, DEPENDS, span)
    if isinstance(imports, Withheld):
        return imports
    wrapped = f"{imports.names[0]}({syntax.text[start:end]})"
    return syntax.keeping_comments([*imports.edits, syntax.edit(start, end, wrapped)])


def depend_on_items(
    syntax: Syntax, call_span: Span, keyword: str, places: Sequence[int]
) -> Changes:
    """Wrap some items of the list that a call's keyword is given.

    ``dependencies=[get_user]`` -> ``dependencies=[Depends(get_user)]``, with the import.
    """
    import libcst as cst

    found = syntax.call(call_span)
    given = None if found is None else _keyword(found, keyword)
    if found is None or not isinstance(given, cst.List | cst.Tuple):
        return None
    if any(isinstance(each, cst.StarredElement) for each in given.elements):
        return None
    imports = add_import(syntax, DEPENDS, call_span)
    if isinstance(imports, Withheld):
        return imports
    if max(places) >= len(given.elements):
        return None
    edits = [*imports.edits]
    for place in places:
        item = given.elements[place].value
        start, end = found.piece.outer(item)
        edits.append(syntax.edit(start, end, f"{imports.names[0]}({found.piece.code(item)})"))
    return syntax.keeping_comments(edits)


def list_text(syntax: Syntax, call_span: Span, keyword: str, items: Sequence[str]) -> Changes:
    """``scopes="me items"`` -> ``scopes=["me", "items"]``; None unless it is a string literal."""
    import libcst as cst

    found = syntax.call(call_span)
    given = None if found is None else _keyword(found, keyword)
    if found is None or not isinstance(given, cst.SimpleString) or not items:
        return None
    start, end = found.piece.outer(given)
    written = ", ".join(layout.quoted(item, syntax.quote) for item in items)
    return syntax.keeping_comments([syntax.edit(start, end, f"[{written}]")])


def rewrite_annotation(
    syntax: Syntax, span: Span, pattern: str, wanted: Sequence[Wanted], union: str = ""
) -> Changes:
    """Write another annotation at ``span``; ``{0}``, ``{1}``, … of it are what ``wanted`` names.

    ``{union}`` is ``union``, a type ``X | None``, as the file writes that.
    """
    start, end = syntax.offsets(span)
    if end > len(syntax.text) or layout.has_comment(syntax.text[start:end]):
        return None
    imports = add_imports(syntax, wanted, span)
    if isinstance(imports, Withheld):
        return imports
    type_ = as_the_file_writes(syntax, union.format(*imports.names), span)
    written = pattern.format(*imports.names, union=type_)
    return syntax.keeping_comments([*imports.edits, syntax.edit(start, end, written)])


def _dependency(found: Found[cst.Call] | None) -> cst.BaseExpression | None:
    """What ``Depends`` is given."""
    if found is None:
        return None
    first = found.node.args[0] if found.node.args else None
    if first is not None and first.keyword is None and not first.star:
        return first.value
    return _keyword(found, "dependency")


def _keyword(found: Found[cst.Call], name: str) -> cst.BaseExpression | None:
    for arg in found.node.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg.value
    return None
