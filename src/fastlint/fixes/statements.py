"""Fixes of one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout, statuses
from fastlint.fixes.fitting import fitting_call
from fastlint.fixes.imports import HTTP_EXCEPTION, add_import

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax


_LEAVING = ("break", "continue")
"""What nothing is run after: whether the loop is to go on or to end is for somebody to say."""


def return_to_raise(syntax: Syntax, return_span: Span) -> Changes:
    """``return HTTPException(...)`` -> ``raise HTTPException(...)``.

    None for a ``return`` of nothing or of a tuple.
    """
    import libcst as cst

    found = syntax.returned(return_span)
    if found is None or found.node.value is None or isinstance(found.node.value, cst.Tuple):
        return None
    return (syntax.edit(found.start, found.start + len("return"), "raise"),)


def insert_not_found_check(
    syntax: Syntax, statement_span: Span, variable: str, detail: str
) -> Changes:
    """After a statement, answer 404 if it found nothing.

    Inserts ``if variable is None:`` / ``raise HTTPException(status_code=404, detail="...")`` at the
    same indentation, and the import. ``detail`` is the text itself, without quotes.
    """
    if not variable.isidentifier():
        return None
    statement = syntax.statement(statement_span)
    start, end = syntax.offsets(statement_span)
    if (
        statement is None
        or statement.kind != "simple"
        or (statement.start, statement.end) != (start, end)
    ):
        return None
    indent = _indent_of_line(syntax, statement)
    if indent is None:
        return None
    at = statement_span
    imports = add_import(syntax, HTTP_EXCEPTION, at)
    if isinstance(imports, Withheld):
        return imports
    newline, unit = syntax.newline, syntax.indent
    arguments = (
        f"status_code={statuses.written(syntax, 404, at)}",
        f"detail={layout.quoted(detail, syntax.quote)}",
    )
    raised = fitting_call(syntax, f"raise {imports.names[0]}", arguments, indent + unit)
    code = f"{indent}if {variable} is None:{newline}{indent}{unit}{raised}{newline}"
    place = layout.next_line(syntax.text, statement.end)
    if place == len(syntax.text) and syntax.text[place - 1] not in "\r\n":
        code = newline + code.removesuffix(newline)
    return syntax.keeping_comments([*imports.edits, syntax.edit(place, place, code)])


def let_through(syntax: Syntax, handler_span: Span) -> Changes:
    """Before ``except Exception:`` write ``except HTTPException: raise``, with the import."""
    start, end = syntax.offsets(handler_span)
    text = syntax.text
    head = text[start : start + len("except*")]
    if end > len(text) or not head.startswith("except") or head.endswith("*"):
        return None
    if not layout.first_on_line(text, start):
        return None
    imports = add_import(syntax, HTTP_EXCEPTION, handler_span)
    if isinstance(imports, Withheld):
        return imports
    indent, newline = layout.indentation(text, start), syntax.newline
    place = layout.line_start(text, start)
    while (above := layout.line_start(text, place - 1)) and text.startswith(f"{indent}#", above):
        place = above  # what is said of the `except` stays with it
    code = f"{indent}except {imports.names[0]}:{newline}{indent}{syntax.indent}raise{newline}"
    return syntax.keeping_comments([*imports.edits, syntax.edit(place, place, code)])


def _indent_of_line(syntax: Syntax, statement: Statement) -> str | None:
    """The indentation at which a statement may follow this one; None where none may."""
    text = syntax.text
    if not layout.last_on_line(text, statement.end) or syntax.outline is None:
        return None
    indent = layout.indentation(text, statement.start)
    first = layout.line_start(text, statement.start) + len(indent)
    leader = syntax.outline.statement(first, first)
    # In `if a: x = get()` the line begins with another statement, which holds this one.
    if leader is None or leader.kind != "simple" or leader.parent is not statement.parent:
        return None
    if layout.first_on_line(text, statement.start) or leader.end <= statement.start:
        return indent
    return None


def return_nothing(syntax: Syntax, return_span: Span) -> Changes:
    """``return body`` -> ``return``; at the end of a function no statement at all."""
    start, end = syntax.offsets(return_span)
    statement, text = syntax.statement(return_span), syntax.text
    if statement is None or (statement.start, statement.end) != (start, end):
        return None
    holder = statement.parent
    above = [] if holder is None or holder.kind != "function" else holder.children
    is_last = above[1:] and above[-1] is statement
    if is_last and layout.first_on_line(text, start) and not text[end : layout.line_end(text, end)]:
        kept = layout.line_end(text, above[-2].end)
        if not text[kept:start].strip():
            return syntax.keeping_comments([syntax.edit(kept, end, "")])
    return syntax.keeping_comments([syntax.edit(start, end, "return")])


def return_at_end(syntax: Syntax, function_span: Span, name: str) -> Changes:
    """``return name`` as the last statement of a function."""
    outline, text = syntax.function_outline(function_span), syntax.text
    last = outline.children[-1] if outline is not None and outline.children else None
    if last is None or not layout.first_on_line(text, last.start):
        return None
    if not layout.last_on_line(text, last.end):
        return None
    indent = layout.indentation(text, last.start)
    place = layout.next_line(text, last.end)
    while text.startswith("#", layout.line_start(text, place) + len(indent)) or (
        text[place : layout.line_end(text, place)].startswith(indent + " ")
        and text[place : layout.line_end(text, place)].lstrip().startswith("#")
    ):
        place = layout.next_line(text, place)  # a comment of the block that ends here
    line = f"{indent}return {name}{syntax.newline}"
    if place == len(text) and text[place - 1 : place] not in ("\n", "\r"):
        line = syntax.newline + line.removesuffix(syntax.newline)
    return (syntax.edit(place, place, line),)


def raise_again(syntax: Syntax, last: Span) -> Changes:
    """``raise`` after the statement at ``last``, the end of an ``except``; instead of ``pass``."""
    start, end = syntax.offsets(last)
    text = syntax.text
    if text[start:end] in ("pass", "...", "return"):
        return (syntax.edit(start, end, "raise"),)
    if not layout.first_on_line(text, start) or not layout.last_on_line(text, end):
        return None
    if text[start:end].startswith(("return ", "return(")) or text[start:end] in _LEAVING:
        return None
    after = layout.line_end(text, end)
    written = f"{syntax.newline}{layout.indentation(text, start)}raise"
    return (syntax.edit(after, after, written),)
