"""Fixes of comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_import

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.syntax import Syntax

COMPARE_DIGEST = Wanted("secrets")


def compare_digest(syntax: Syntax, span: Span) -> Changes:
    """``a == b`` -> ``secrets.compare_digest(a.encode(), b.encode())``, with the import.

    ``a != b`` becomes ``not secrets.compare_digest(…)``. None for a chain of comparisons, and where
    a side is anything but a name, an attribute, a subscript or a call.
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
    left, right = (f"{found.piece.code(side)}.encode()" for side in sides)
    negation = "not " if isinstance(target.operator, cst.NotEqual) else ""
    new = f"{negation}{imports.names[0]}.compare_digest({left}, {right})"
    return syntax.keeping_comments([*imports.edits, syntax.edit(found.start, found.end, new)])
