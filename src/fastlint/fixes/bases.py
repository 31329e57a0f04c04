"""The bases of a class: one that goes, because another stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax


def replace_base(syntax: Syntax, base: Span, other: str) -> Changes:
    """``class A(Old, Generic[T], Other)`` -> ``class A(Other, Generic[T])``.

    ``other`` is the text of a base of the same class; where it comes first, ``base`` just goes.
    """
    import libcst as cst

    found = syntax.node(base, cst.BaseExpression)  # type: ignore[type-abstract]
    arg = found.piece.parent(found.node) if found else None
    owner = found.piece.parent(arg) if found and arg else None
    if found is None or not isinstance(arg, cst.Arg) or not isinstance(owner, cst.ClassDef):
        return None
    piece = found.piece
    texts = [piece.code(each.value) for each in owner.bases]
    here = owner.bases.index(arg)
    if texts.count(other) != 1:
        return None
    there = texts.index(other)
    edits = []
    if there > here:
        edits.append(syntax.edit(*piece.outer(arg.value), other))
        here = there
    if here == 0:
        return None
    start, end = (
        piece.outer(owner.bases[here - 1].value)[1],
        piece.outer(owner.bases[here].value)[1],
    )
    edits.append(syntax.edit(start, end, ""))
    return syntax.keeping_comments(edits)
