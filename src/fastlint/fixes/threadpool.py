"""Blocking calls moved off the event loop, laid out as the calls were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.calls import NO_AWAIT, awaiting, can_await
from fastlint.fixes.fitting import broken, broken_call
from fastlint.fixes.imports import RUN_IN_THREADPOOL, add_import

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.findings import Changes, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax


def run_in_threadpool(syntax: Syntax, call_span: Span) -> Changes:
    """Move a blocking call off the event loop, with its arguments and the import.

    ``f(a, k=v)`` becomes ``await run_in_threadpool(f, a, k=v)``.

    Parentheses are added where precedence demands: ``requests.get(u).json()`` becomes
    ``(await run_in_threadpool(requests.get, u)).json()``. Works where `replace_call` can await.
    """
    found = syntax.call(call_span)
    if found is None:
        return None
    if not can_await(syntax, found):
        return NO_AWAIT
    imports = add_import(syntax, RUN_IN_THREADPOOL, call_span)
    if isinstance(imports, Withheld):
        return imports
    args, text = found.node.args, syntax.text
    callee_end = found.piece.outer(found.node.func)[1]
    callee = text[found.start : callee_end]
    opening = text.index("(", layout.after_space(text, callee_end)) + 1
    place = found.piece.start(args[0]) if args else found.end - 1
    lead = text[opening:place]
    if layout.has_comment(callee) or (not args and lead.strip()):
        return None
    first, closing = _with_callee(syntax, found, callee, place, lead)
    before, after = awaiting(found)
    head = before + imports.names[0]
    if layout.is_multiline(callee):
        inside = _stacked(syntax, found, callee, text[opening : found.end - 1])
        if inside is None:
            return None
        edits = [syntax.edit(found.start, found.end, f"{head}({inside}){after}")]
    elif (written := _one_call(syntax, found, callee, head, after)) is not None:
        edits = [syntax.edit(found.start, found.end, written)]
    elif after or closing != ")":
        # One edit for each pair of parentheses, so that no other fix can come between them.
        middle = text[callee_end:place] + first + text[place : found.end - 1]
        edits = [syntax.edit(found.start, found.end, head + middle + closing + after)]
    else:
        # Two small ones, so that a call among the arguments can be mended in the same round.
        edits = [syntax.edit(found.start, callee_end, head), syntax.edit(place, place, first)]
    return syntax.keeping_comments([*imports.edits, *edits])


def _with_callee(
    syntax: Syntax, found: Found[cst.Call], callee: str, place: int, lead: str
) -> tuple[str, str]:
    """What is written before the arguments, which begin at ``place``, and what closes the call."""
    import libcst as cst

    args, text = found.node.args, syntax.text
    if not args:
        return callee, ")"
    if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
        return f"{callee}, (", "))"
    # In a line of its own where each argument has one, or where theirs has no room for it.
    after_first = text[found.piece.end(args[0]) : found.piece.start(args[1])] if args[1:] else ""
    rest = layout.line_end(text, place) - layout.line_start(text, place)
    is_stacked = layout.is_multiline(after_first) or text[: found.end - 1].rstrip()[-1] == ","
    is_stacked |= rest + len(callee) + 2 > syntax.line_length
    newline = syntax.newline + layout.indentation(text, place)
    return f"{callee},{newline if is_stacked and layout.is_multiline(lead) else ' '}", ")"


def _one_call(
    syntax: Syntax, found: Found[cst.Call], callee: str, head: str, after: str
) -> str | None:
    """The call in the thread, broken where it would be too long for its line."""
    import libcst as cst

    args = found.node.args
    if any(isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar for arg in args):
        return None
    given = [
        callee,
        *(syntax.text[found.piece.start(each) : found.piece.end(each)] for each in args),
    ]
    if not after and _leave_no_room(syntax, found, callee):
        return broken_call(syntax, head, given, layout.indentation(syntax.text, found.start))
    return broken(syntax, found, head, given, after)


def _leave_no_room(syntax: Syntax, found: Found[cst.Call], callee: str) -> bool:
    """Whether the arguments share a line of their own that has no room for another."""
    import libcst as cst

    args, text, piece = found.node.args, syntax.text, found.piece
    if not args or not isinstance(args[-1].comma, cst.MaybeSentinel):
        return False
    start, end = piece.start(args[0]), piece.end(args[-1])
    around = text[piece.outer(found.node.func)[1] : start] + text[end : found.end]
    if not layout.first_on_line(text, start) or layout.is_multiline(text[start:end]):
        return False
    width = layout.line_end(text, start) - layout.line_start(text, start)
    return width + len(callee) + 2 > syntax.line_length and not layout.has_comment(around)


def _stacked(syntax: Syntax, found: Found[cst.Call], callee: str, arguments: str) -> str | None:
    """A callee of several lines, such as a query, and its arguments, one below the other."""
    if layout.has_long_string(callee + arguments) or "\\" in callee + arguments:
        return None
    if any(arg.value.__class__.__name__ == "GeneratorExp" for arg in found.node.args):
        return None
    indent = layout.indentation(syntax.text, found.start)
    deeper = indent + syntax.indent
    parts = [callee]
    if found.node.args:
        start = found.piece.start(found.node.args[0])
        last = found.piece.end(found.node.args[-1])
        parts.append(syntax.text[start:last])
        outside = (
            arguments[: start - (found.end - 1 - len(arguments))],
            syntax.text[last : found.end],
        )
        if any(map(layout.has_comment, outside)):
            return None
    lines = (f"{deeper}{layout.shifted(part, indent, deeper)},{syntax.newline}" for part in parts)
    return f"{syntax.newline}{''.join(lines)}{indent}"
