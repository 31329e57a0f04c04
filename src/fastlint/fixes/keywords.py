"""Fixes of what a call is given by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.brackets import item
from fastlint.fixes.fitting import broken, spread

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_NOT_WRITTEN = Withheld("what it is given is not all written out here")


def set_keywords(
    syntax: Syntax,
    call_span: Span,
    values: Sequence[tuple[str, str]],
    *,
    behind: Collection[str] = (),
) -> Changes:
    """Give a call keywords, as its last arguments, or other values for those that it has.

    ``set_cookie("a", secure=False)`` -> ``set_cookie("a", secure=True, httponly=True)``

    What is new comes ``behind`` the last of these keywords, where the call has one of them.
    """
    found = syntax.call(call_span)
    if found is None:
        return None
    args = found.node.args
    if any(arg.star for arg in args):
        return _NOT_WRITTEN
    named = {arg.keyword.value: arg for arg in args if arg.keyword is not None}
    edits: list[Edit] = []
    written = {id(arg): found.piece.code(arg).rstrip(", ") for arg in args}
    for keyword, value in values:
        if keyword in named:
            edits.append(syntax.edit(*found.piece.outer(named[keyword].value), value))
            written[id(named[keyword])] = f"{keyword}={value}"
    new = [f"{keyword}={value}" for keyword, value in values if keyword not in named]
    head = syntax.text[found.start : found.piece.outer(found.node.func)[1]]
    near = [i for i, arg in enumerate(args) if arg.keyword and arg.keyword.value in behind]
    place = near[-1] if near else len(args) - 1
    parts = list(written.values())
    arguments = [*parts[: place + 1], *new, *parts[place + 1 :]]
    long = broken(syntax, found, head, arguments) or spread(syntax, found, head, arguments)
    if long is not None:
        return syntax.keeping_comments([syntax.edit(found.start, found.end, long)])
    if new:
        appended = _appended(syntax, found, new, place)
        if appended is None:
            return None
        edits.append(appended)
    return syntax.keeping_comments(edits)


def _appended(
    syntax: Syntax, found: Found[cst.Call], new: Sequence[str], place: int
) -> Edit | None:
    """More arguments after one, each on a line of its own where that one has one."""
    import libcst as cst

    text, args = syntax.text, found.node.args
    if not args:
        opening = found.piece.outer(found.node.func)[1]
        empty = text[opening : found.end].replace(" ", "") == "()"
        return syntax.edit(found.end - 1, found.end - 1, ", ".join(new)) if empty else None
    last = found.piece.end(args[place])
    if isinstance(args[place].comma, cst.MaybeSentinel):
        start = found.piece.start(args[place])
        if layout.first_on_line(text, start) and layout.has_comment(text[last : found.end]):
            end = layout.line_end(text, last)
            indent = layout.indentation(text, start)
            lines = (syntax.newline + indent + item(syntax, each, indent) for each in new)
            return syntax.edit(last, end, f",{text[last:end]}{''.join(lines)}")
        return syntax.edit(last, last, "".join(f", {each}" for each in new))
    after = text.index(",", last) + 1
    start = found.piece.start(args[place])
    is_last = place == len(args) - 1
    if not layout.first_on_line(text, start) or not (is_last or layout.last_on_line(text, after)):
        return syntax.edit(after, after, "".join(f" {each}," for each in new))
    rest = text[after : layout.line_end(text, after)]
    if not layout.last_on_line(text, after) or layout.has_comment(rest):
        return None
    indent = layout.indentation(text, start)
    lines = (syntax.newline + indent + item(syntax, each, indent) for each in new)
    return syntax.edit(after, after, "".join(lines))


def uncall_keyword(syntax: Syntax, call_span: Span, keyword: str) -> Changes:
    """``FastAPI(lifespan=lifespan())`` -> ``FastAPI(lifespan=lifespan)``."""
    import libcst as cst

    found = syntax.call(call_span)
    for arg in found.node.args if found else ():
        if found is not None and arg.keyword is not None and arg.keyword.value == keyword:
            value = arg.value
            if not isinstance(value, cst.Call) or value.args:
                return None
            end = found.piece.outer(value)[1]
            return syntax.keeping_comments([syntax.edit(found.piece.outer(value.func)[1], end, "")])
    return None
