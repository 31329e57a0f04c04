"""Moving a function to another place of its file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Withheld
from fastlint.fixes import layout
from fastlint.fixes.offering import MOVED_COMMENT

if TYPE_CHECKING:
    from fastlint.findings import Changes, Span
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax


def move_above(syntax: Syntax, function: Span, above: Span) -> Changes:
    """Move the function at one span, decorators and all, above the function at another.

    None where the two do not stand in one block in this order, where a comment right above one of
    them might belong to it or not, and where what the function's header needs (a type, a
    dependency) is only defined between the two.
    """
    moved, target = syntax.function_outline(function), syntax.function_outline(above)
    if moved is None or target is None:
        return None
    if moved.parent is not target.parent:
        return Withheld("the two do not stand side by side")
    if moved.start <= target.start or moved.parent is None:
        return None
    text = syntax.text
    if any(_follows_comment(text, each) for each in (moved, target)):
        return MOVED_COMMENT
    between = [s for s in moved.parent.children if target.start <= s.start < moved.start]
    bound = {name for statement in between for name in _binds(statement)}
    if moved.name in bound or not bound.isdisjoint(_needed(moved)):
        return Withheld("it needs names that are defined in between")
    start, end = layout.line_start(text, moved.start), layout.next_line(text, moved.end)
    kept = len(text[:start].rstrip())
    before = layout.next_line(text, kept)
    block, gap = text[start:end], text[before:start]
    if not block.endswith(("\n", "\r")):
        block += syntax.newline
        before = kept  # what is the last line now has no newline either
    place = layout.line_start(text, target.start)
    return (syntax.edit(place, place, block + gap), syntax.edit(before, end, ""))


def move_below(syntax: Syntax, span: Span, other: Span) -> Changes:
    """Move the simple statement at one span below the statement at another, in the same block.

    For a statement that nothing in between depends on. Comments above either stay with the place.
    """
    moved, target = syntax.statement(span), syntax.statement(other)
    while target is not None and moved is not None and target.parent is not moved.parent:
        target = target.parent
    if moved is None or not isinstance(moved.node, ast.Expr):
        return None
    if target is None:
        return Withheld("the two do not stand side by side")
    text = syntax.text
    if moved.start >= target.start or not layout.last_on_line(text, moved.end):
        return None
    if _follows_comment(text, moved):
        return MOVED_COMMENT
    if layout.has_comment(text[moved.end : layout.line_end(text, moved.end)]):
        return MOVED_COMMENT
    first, after = layout.line_start(text, moved.start), layout.next_line(text, moved.end)
    block = text[first:after]
    blank_above = (
        not text[:first].strip() or not text[layout.line_start(text, first - 1) : first].strip()
    )
    while (
        blank_above and after < len(text) and not text[after : layout.line_end(text, after)].strip()
    ):
        after = layout.next_line(text, after)
    place = layout.next_line(text, target.end)
    gap = syntax.newline * 2 if target.kind == "function" else ""
    if place == len(text) and not text.endswith(("\n", "\r")):
        gap, block = syntax.newline + gap, block.rstrip("\r\n")
    return (syntax.edit(first, after, ""), syntax.edit(place, place, gap + block))


def _follows_comment(text: str, statement: Statement) -> bool:
    line = layout.line_start(text, statement.start)
    above = text[layout.line_start(text, line - 1) : line] if line else ""
    return not layout.first_on_line(text, statement.start) or above.lstrip().startswith("#")


def _binds(statement: Statement) -> Iterator[str]:
    if statement.name:
        yield statement.name
    yield from (name for name, origin in statement.bindings if origin != "parameter")
    if not statement.is_scope:
        for child in statement.children:
            yield from _binds(child)


def _needed(function: Statement) -> set[str]:
    """The names that are read when the function is defined, in text that may be a type too."""
    node = function.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    header = [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
    found: set[str] = set()
    for part in header:
        for each in ast.walk(part):
            if isinstance(each, ast.Name):
                found.add(each.id)
            elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                found.update(re.findall(r"\w+", each.value))
    return found
