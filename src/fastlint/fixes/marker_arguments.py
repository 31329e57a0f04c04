"""What ``Query("a")``, ``Field(...)`` and their like are given first: defaults and ellipses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.fixes import layout
from fastlint.fixes.fitting import joined
from fastlint.fixes.parameters import Order, move_defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


def move_defaults_out(
    syntax: Syntax,
    function_span: Span,
    name: str,
    calls: Mapping[str, Span],
    *,
    order: Order = "star",
) -> Changes:
    """``q: Annotated[str, Query("a")]`` -> ``q: Annotated[str, Query()] = "a"``.

    ``calls`` are the markers by the names of their parameters: all of one function move together,
    since where a ``*`` is needed depends on all of them. A default that is written over several
    lines stays where it is; None if it is the one of ``name``.
    """
    defaults: dict[str, tuple[Span, str]] = {}
    for each, call_span in calls.items():
        found = syntax.call(call_span)
        place = None if found is None else _default(found)
        if found is None or place is None:
            continue
        default = found.piece.code(found.node.args[place].value)
        start, end = _extent(syntax, found, place)
        if not layout.is_multiline(default) and not layout.has_comment(syntax.text[start:end]):
            defaults[each] = (syntax.file.span(start, end), default)
    if name not in defaults:
        return None
    return move_defaults(syntax, function_span, defaults, order=order)


def drop_ellipsis(syntax: Syntax, call_span: Span) -> Changes:
    """``Query(..., ge=1)`` -> ``Query(ge=1)``, for the call at ``call_span``."""
    import libcst as cst

    found = syntax.call(call_span)
    place = None if found is None else _default(found)
    if found is None or place is None:
        return None
    if not isinstance(found.node.args[place].value, cst.Ellipsis):
        return None
    text, piece = syntax.text, found.piece
    others = [arg for index, arg in enumerate(found.node.args) if index != place]
    left = [text[piece.start(arg) : piece.end(arg)] for arg in others]
    short = joined(syntax, found, text[found.start : piece.outer(found.node.func)[1]], left)
    if left and short is not None:
        return syntax.keeping_comments([syntax.edit(found.start, found.end, short)])
    return syntax.keeping_comments([syntax.edit(*_extent(syntax, found, place), "")])


def _default(found: Found[cst.Call]) -> int | None:
    """Which argument is the default; None where an argument may be anything."""
    if any(arg.star for arg in found.node.args):
        return None
    for index, arg in enumerate(found.node.args):
        if arg.keyword is None or arg.keyword.value == "default":
            return index
    return None


def _extent(syntax: Syntax, found: Found[cst.Call], place: int) -> tuple[int, int]:
    """An argument with the comma and the space that go with it."""
    args, piece = found.node.args, found.piece
    start, end = piece.start(args[place]), piece.end(args[place])
    if place + 1 < len(args):
        return start, piece.start(args[place + 1])
    if place:
        return piece.end(args[place - 1]), end
    opening = syntax.text.index(
        "(", layout.after_space(syntax.text, piece.outer(found.node.func)[1])
    )
    inside = syntax.text[opening + 1 : found.end - 1]
    if not layout.has_comment(inside):
        return opening + 1, found.end - 1
    comma = layout.after_space(syntax.text, end)
    if syntax.text.startswith(",", comma):
        if layout.has_comment(syntax.text[end:comma]):
            return start, start  # the comma is behind a comment that must stay where it is
        end = comma + 1
    while syntax.text[end : end + 1] in (" ", "\t") and layout.first_on_line(syntax.text, start):
        end += 1  # what follows takes its place on the line
    if layout.first_on_line(syntax.text, start) and end == layout.line_end(syntax.text, end):
        return layout.line_start(syntax.text, start), layout.next_line(syntax.text, end)
    return start, end
