"""Fixes of comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax

COMPARE_DIGEST = Wanted("secrets")


def compare_digest(
    syntax: Syntax, span: Span, may_be_none: tuple[bool, bool] = (False, False)
) -> Changes:
    """``a == b`` -> ``secrets.compare_digest(a.encode(), b.encode())``, with the import.

    ``a != b`` becomes ``not secrets.compare_digest(…)``. A side that ``may_be_none`` is asked for
    None first, which is equal to nothing: ``a is not None and secrets.compare_digest(…)``.

    None for a chain of comparisons, and where a side is anything but a name, an attribute, a
    subscript or a call.
    """
    import libcst as cst

    found = syntax.node(span, cst.Comparison)
    if found is None or len(found.node.comparisons) != 1:
        return None
    target = found.node.comparisons[0]
    if not isinstance(target.operator, cst.Equal | cst.NotEqual):
        return None
    sides = (found.node.left, target.comparator)
    if not all(
        isinstance(side, cst.Name | cst.Attribute | cst.Subscript | cst.Call) for side in sides
    ):
        return None
    imports = add_import(syntax, COMPARE_DIGEST, span)
    if isinstance(imports, Withheld):
        return imports
    written = [found.piece.code(side) for side in sides]
    left, right = (f"{each}.encode()" for each in written)
    differs = isinstance(target.operator, cst.NotEqual)
    new = f"{'not ' if differs else ''}{imports.names[0]}.compare_digest({left}, {right})"
    missing = [code for code, may_be in zip(written, may_be_none, strict=True) if may_be]
    if missing:
        is_none, joint = (" is None", " or ") if differs else (" is not None", " and ")
        new = joint.join([*(code + is_none for code in missing), new])
        if not found.node.lpar and _binds_closer(found.piece.parent(found.node), joint):
            new = f"({new})"
    return syntax.keeping_comments([*imports.edits, syntax.edit(found.start, found.end, new)])


def _binds_closer(outer: cst.CSTNode | None, joint: str) -> bool:
    """Whether what stands around a comparison would take a part of what is joined in its place."""
    import libcst as cst

    if isinstance(outer, cst.BooleanOperation):
        return joint == " or " and isinstance(outer.operator, cst.And)
    return isinstance(outer, cst.BaseExpression) and not isinstance(outer, cst.IfExp)
