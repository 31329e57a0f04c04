"""``@app.on_event`` -> ``lifespan``: what runs around the app, as one context manager."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.imports import add_imports

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Changes, Edit, Span
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_CONTEXT = Wanted("contextlib", "asynccontextmanager")
_ITERATOR = Wanted("collections.abc", "AsyncIterator", ("typing",))
_BLANK_LINES = 2
_NAME = re.compile(r"\blifespan\b")


def events_to_lifespan(
    syntax: Syntax, app: Span, events: Sequence[tuple[str, Span, str]]
) -> Changes:
    """Call the handlers of events from a ``lifespan``, and give that to the app.

    ``app`` is the call that makes the app, at the module's own level; each of ``events`` is
    ``startup`` or ``shutdown``, the decorator's call, and how to call the function:
    ``await connect()``. The functions stay as they are, without the decorator.
    """
    made = syntax.call(app)
    statement = syntax.statement(app)
    if made is None or statement is None or statement.parent is None:
        return None
    if _NAME.search(syntax.text):
        return Withheld("the name `lifespan` is in use in this file")
    if statement.parent.kind != "module" or statement.kind != "simple":
        return Withheld("the app is not made at the top of the module")
    imports = add_imports(syntax, (_CONTEXT, _ITERATOR), app)
    keyword = _add_keyword(syntax, made, "lifespan=lifespan")
    undecorated = [_without_decorator(syntax, span) for _, span, _ in events]
    if isinstance(imports, Withheld):
        return imports
    if keyword is None or None in undecorated:
        return None
    app_class = made.piece.code(made.node.func)
    lines = [
        f"@{imports.names[0]}",
        f"async def lifespan(app: {app_class}) -> {imports.names[1]}[None]:",
        *_body(events, syntax.indent),
    ]
    gap = _BLANK_LINES - _blank_lines_before(syntax.text, statement.start)
    before = syntax.newline.join([*[""] * gap, *lines, "", "", ""])
    edits = [*imports.edits, keyword, *filter(None, undecorated)]
    if layout.line_start(syntax.text, statement.start) != statement.start:
        return None
    at = syntax.edit(statement.start, statement.start, before)
    return syntax.keeping_comments([*edits, at])


def _blank_lines_before(text: str, offset: int) -> int:
    """At most two; two at the top of the file."""
    above = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    if not above.strip():
        return _BLANK_LINES
    return min(len(above) - len(above.rstrip("\n")) - 1, _BLANK_LINES)


def _body(events: Sequence[tuple[str, Span, str]], unit: str) -> list[str]:
    first = [unit + call for kind, _, call in events if kind == "startup"]
    last = [call for kind, _, call in events if kind == "shutdown"]
    if not last:
        return [*first, f"{unit}yield"]
    guarded = [f"{unit}try:", f"{unit}{unit}yield", f"{unit}finally:"]
    return [*first, *guarded, *(unit + unit + call for call in last)]


def _without_decorator(syntax: Syntax, decorator: Span) -> Edit | None:
    start, end = syntax.offsets(decorator)
    first = layout.line_start(syntax.text, start)
    if syntax.text[first:start] != "@":
        return None
    last = layout.line_end(syntax.text, end)
    if syntax.text[end:last].strip():
        return None  # a comment would go with it
    return syntax.edit(first, layout.next_line(syntax.text, last), "")


def _add_keyword(syntax: Syntax, call: Found[cst.Call], keyword: str) -> Edit | None:
    """Give a call one more argument, in the layout that it has."""
    args, text = call.node.args, syntax.text
    closing = call.end - 1
    if not args:
        inside = text[call.piece.outer(call.node.func)[1] : closing]
        return syntax.edit(closing, closing, keyword) if inside.strip() == "(" else None
    end = call.piece.outer(args[-1].value)[1]
    rest = text[end:closing]
    if layout.has_comment(rest):
        return None
    start = call.piece.start(args[-1])
    if rest.lstrip().startswith(","):
        at = end + rest.index(",") + 1
        if layout.first_on_line(text, start):
            return syntax.edit(
                at, at, f"{syntax.newline}{layout.indentation(text, start)}{keyword},"
            )
        return syntax.edit(at, at, f" {keyword},")
    if layout.first_on_line(text, start):
        indent = layout.indentation(text, start)
        return syntax.edit(end, end, f",{syntax.newline}{indent}{keyword}")
    return syntax.edit(end, end, f", {keyword}")
