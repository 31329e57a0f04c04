"""Calls that no longer fit into a line, broken as a formatter breaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixes import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


def broken(
    syntax: Syntax,
    found: Found[cst.Call],
    head: str,
    arguments: Sequence[str],
    tail: str = "",
) -> str | None:
    """What to write for a call on one line that becomes ``head(arguments)tail``, if that is long.

    None where it fits as it is, and where it is not for this call to be broken: it takes several
    lines already, or stands within other brackets, which a formatter breaks first, or a comment
    speaks to a tool about this very line.
    """
    text, newline = syntax.text, syntax.newline
    old = text[found.start : found.end]
    if layout.is_multiline(old) or any(map(layout.is_multiline, arguments)):
        return None
    rest = text[found.end : layout.line_end(text, found.end)]
    if tail or _is_within(found) or any(map(layout.PRAGMA.search, layout.comments(rest))):
        return None
    line = f"{head}({', '.join(arguments)}){tail}"
    if _width(syntax, found, line) <= syntax.line_length:
        return None
    indent = layout.indentation(text, found.start)
    deeper = indent + syntax.indent
    together = deeper + ", ".join(arguments)
    if len(together) <= syntax.line_length:
        inside = f"{newline}{together}{newline}"
    else:
        inside = newline + "".join(f"{deeper}{each},{newline}" for each in arguments)
    return f"{head}({inside}{indent}){tail}"


def _is_within(found: Found[cst.Call]) -> bool:
    """Whether anything but an operator, or a statement, holds the call."""
    import libcst as cst

    operators = (cst.Await, cst.UnaryOperation, cst.BooleanOperation, cst.Comparison)
    for each in found.piece.parents(found.node):
        if isinstance(each, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.WithItem)):
            return False
        if not isinstance(each, operators) or each.lpar:
            return True
    return False


def _width(syntax: Syntax, found: Found[cst.Call], written: str) -> int:
    """How long the line would be, a comment at its end left out."""
    text = syntax.text
    before = text[layout.line_start(text, found.start) : found.start]
    after = text[found.end : layout.line_end(text, found.end)]
    for comment in layout.comments(after):
        after = after[: after.index(comment)].rstrip()
    return len(before + written + after)
