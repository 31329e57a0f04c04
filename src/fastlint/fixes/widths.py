"""Lines that have become too long, broken as formatters break them."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastlint.fixes import layout

if TYPE_CHECKING:
    from fastlint.findings import Edit
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.syntax import Syntax

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_PAIRS.values())
_TAIL = re.compile(r"(?: from \w+| = [^\s()\[\]{}]+)?,?")
"""What may follow the last bracket of what is broken there."""
_CALLED = re.compile(r"[\w)\]]")
_BREAKABLE = (ast.Return, ast.Raise, ast.Expr, ast.Assign, ast.AnnAssign)


class _Brackets(NamedTuple):
    """Brackets of a line that are in no others; offsets of the two."""

    opening: int
    closing: int
    commas: tuple[int, ...]
    """Between the items."""


def fitted(syntax: Syntax, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, with each statement of one line that they make too long broken.

    A line that was too long before stays one, and so does one with a comment or one that does not
    end with brackets.
    """
    lines: dict[int, list[Edit]] = {}
    for edit in edits:
        for line in {edit.span.line, edit.span.end_line}:
            lines.setdefault(line, []).append(edit)
    result = set(edits)
    for line, here in lines.items():
        broken = _broken_statement(syntax, line, here)
        if broken is not None:
            result.difference_update(here)
            result.add(broken)
    return tuple(sorted(result))


def _broken_statement(syntax: Syntax, line: int, edits: list[Edit]) -> Edit | None:
    if any(each.span.line != each.span.end_line or _has_newline(each.text) for each in edits):
        return None
    text = syntax.text
    first = syntax.file.offset(line, 1)
    old = text[first : layout.line_end(text, first)]
    growth = sum(len(each.text) - each.span.end_column + each.span.column for each in edits)
    if not len(old) <= syntax.line_length < len(old) + growth or layout.has_comment(old):
        return None
    indent = layout.indentation(text, first)
    start, end = first + len(indent), first + len(old.rstrip())
    is_header = _is_header(syntax, start, end)
    if not is_header and not _is_alone(syntax, start, end):
        return None
    code, here = "", start
    for each in sorted(edits):
        at, after = syntax.offsets(each.span)
        if at < here:
            return None
        code += text[here:at] + each.text
        here = after
    code = broken(syntax, code + text[here:end], indent, first=is_header) or ""
    return syntax.edit(start, end, code) if code and here <= end else None


def _has_newline(text: str) -> bool:
    return layout.is_multiline(text)


def _is_alone(syntax: Syntax, start: int, end: int) -> bool:
    """Whether a simple statement or a decorator stands there, and nothing else."""
    outline = syntax.outline
    statement = outline.statement(start, end) if outline else None
    if statement is None:
        return False
    if statement.kind == "simple":
        is_whole = (statement.start, statement.end) == (start, end)
        return is_whole and isinstance(statement.node, _BREAKABLE)
    return syntax.text.startswith("@", start) and any(
        syntax.file.offset(each.lineno, 1) <= start and each.lineno == each.end_lineno
        for each in _decorators(statement)
        if each.lineno == syntax.file.position(start)[0]
    )


def _is_header(syntax: Syntax, start: int, end: int) -> bool:
    """Whether the header of a function stands there, and nothing else."""
    outline = syntax.outline
    function = outline.statement(start, end) if outline else None
    return (
        function is not None
        and function.kind == "function"
        and syntax.text.startswith(("def ", "async def "), start)
        and syntax.text[end - 1] == ":"
        and function.body_start is not None
        and function.body_start > end
    )


def _decorators(statement: Statement) -> list[ast.expr]:
    return list(getattr(statement.node, "decorator_list", ()))


def broken(syntax: Syntax, code: str, indent: str, *, first: bool = False) -> str | None:
    """Code of one line, that stands behind ``indent``, with what is in its last brackets below.

    ``first``: in its first brackets, as in a function's header. None where that does not make it
    fit: what is in the brackets of the brackets stays as it is.
    """
    found = _brackets(code, first=first)
    if found is None or not (first or _TAIL.fullmatch(code, found.closing + 1)):
        return None
    newline, width, deeper = syntax.newline, syntax.line_length, indent + syntax.indent
    head, inner = code[: found.opening + 1], code[found.opening + 1 : found.closing]
    if not inner.strip() or inner.rstrip().endswith(",") or len(indent + head) > width:
        return None
    tail = f"{newline}{indent}{code[found.closing :]}"
    if len(indent + code[found.closing :]) > width:
        return None
    # The one parameter of a function gets a comma, as if it were to be followed by others.
    if len(deeper + inner) <= width and (found.commas or not first):
        return f"{head}{newline}{deeper}{inner}{tail}"
    edges = (found.opening, *found.commas, found.closing)
    items = [code[a + 1 : b].strip() for a, b in itertools.pairwise(edges)]
    if len(items) == 1 and not _may_have_comma(code, found.opening, items[0]):
        return None
    if any(len(f"{deeper}{item},") > width for item in items):
        return None
    return head + "".join(f"{newline}{deeper}{item}," for item in items) + tail


def _may_have_comma(code: str, opening: int, item: str) -> bool:
    """Whether one item alone may be followed by a comma and stay what it is."""
    is_called = _CALLED.match(code[opening - 1 : opening]) is not None
    return is_called == (code[opening] == "(") and " for " not in item


def _brackets(code: str, *, first: bool) -> _Brackets | None:
    found: _Brackets | None = None
    depth, opening = 0, 0
    commas: list[int] = []
    for offset, character in _bare(code):
        if character in _PAIRS:
            if not depth:
                opening, commas = offset, []
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth < 0:
                return None
            if not depth:
                found = _Brackets(opening, offset, tuple(commas))
                if first:
                    return found
        elif character == "," and depth == 1:
            commas.append(offset)
    return None if depth else found


def _bare(code: str) -> Iterator[tuple[int, str]]:
    """The characters that are in no string, and where they are."""
    here = 0
    for start, end, _ in layout.strings(code):
        yield from enumerate(code[here:start], here)
        here = end
    yield from enumerate(code[here:], here)
