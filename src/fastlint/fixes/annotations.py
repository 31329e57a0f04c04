"""Types that admit None, and lists, written as the file writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes.imports import OPTIONAL, add_import, is_bound_before
from fastlint.fixes.signature import last_part

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Piece
    from fastlint.fixes.syntax import Syntax

_LIST = re.compile(r"\blist\[")


def or_none(syntax: Syntax, span: Span) -> Changes:
    """``int`` -> ``int | None``, for the annotation at ``span``; see `optional`."""
    import libcst as cst

    found = syntax.node(span, cst.BaseExpression)  # type: ignore[type-abstract]
    if found is None:
        return None
    edits = optional(syntax, found.piece, found.node, span)
    return syntax.keeping_comments(edits) if edits else None


def optional(
    syntax: Syntax, piece: Piece, annotation: cst.BaseExpression, at: Span
) -> list[Edit] | None:
    """The edits after which a type may be None too; None where it cannot be told how.

    ``Optional[int]`` in files that write it so, or that run with a Python that has no ``|``. In
    ``Annotated`` it is the type that changes, since what is said about a member of a union is not
    said about the field; a ``Union`` gets a member.
    """
    import libcst as cst

    while isinstance(annotation, cst.Subscript) and last_part(annotation.value) == "Annotated":
        inner = annotation.slice[0].slice
        if not isinstance(inner, cst.Index):
            return None
        annotation = inner.value
    start, end = piece.outer(annotation)
    if isinstance(annotation, cst.SimpleString):
        if syntax.style.needs_optional:
            return None
        inside = end - len(annotation.quote)
        return [syntax.edit(inside, inside, " | None")]
    if not isinstance(annotation, (cst.Name, cst.Attribute, cst.Subscript, cst.BinaryOperation)):
        return None
    if isinstance(annotation, cst.Subscript) and last_part(annotation.value) == "Union":
        last = piece.end(annotation.slice[-1].slice)
        return [syntax.edit(last, last, ", None")]
    written = _usable(syntax, syntax.style.optional, at)
    imported: tuple[Edit, ...] = ()
    if not written and syntax.style.needs_optional:
        imports = add_import(syntax, OPTIONAL, at)
        if isinstance(imports, Withheld):
            return None
        written, imported = imports.names[0], imports.edits
    if written:
        return [*imported, syntax.edit(start, end, f"{written}[{syntax.text[start:end]}]")]
    return [syntax.edit(end, end, " | None")]


def as_the_file_writes(syntax: Syntax, type_: str, at: Span) -> str:
    """``list[int] | None`` at ``at``, or ``Optional[List[int]]`` where the file writes it so."""
    inner, is_nullable, _ = type_.rpartition(" | None")
    if is_nullable and "|" not in inner:
        optional = _usable(syntax, syntax.style.optional, at)
        type_ = f"{optional}[{inner}]" if optional else type_
    list_ = _usable(syntax, syntax.style.lists, at)
    return _LIST.sub(f"{list_}[", type_) if list_ else type_


def _usable(syntax: Syntax, written: str, at: Span) -> str:
    """What the file calls a type of ``typing``; empty where it does without, or cannot use it."""
    return written if written and is_bound_before(syntax, written.partition(".")[0], at) else ""
