"""Lines and calls that have become too long, broken as formatters break them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from fastlint.fixes import layout
from fastlint.fixes.brackets import (
    CLOSING,
    PAIRS,
    all_outermost,
    bare,
    below,
    below_each,
    item,
    items_of,
    may_have_comma,
    outermost,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from fastlint.findings import Edit
    from fastlint.fixes.outline import Statement
    from fastlint.fixes.piece import Found
    from fastlint.fixes.syntax import Syntax

_TAIL = re.compile(r"(?: from \w+| = [^\s()\[\]{}]+)?,?")
"""What may follow the last bracket of what is broken there."""
_ONE_CALL = re.compile(
    r"(?:if|elif|while) (?:[\w.]+ is (?:not )?None (?:or|and) )?(?:not |await )*[\w.]+\(.*\):$"
)
"""A condition that is one call, or asks whether something is None first."""
_ATTRIBUTE = re.compile(r"\.\w+(?:\(\))?")
_CALLED = re.compile(r"[\w)\]]")
_BREAKABLE = (ast.Return, ast.Raise, ast.Expr, ast.Assign, ast.AnnAssign)


def broken(
    syntax: Syntax,
    found: Found[cst.Call],
    head: str,
    arguments: Sequence[str],
    tail: str = "",
) -> str | None:
    """What to write for a call on one line that becomes ``head(arguments)tail``, if that is long.

    None where it fits as it is, and where it is not for this call to be broken: it takes several
    lines already, or stands within other brackets, which a formatter breaks first, or something
    follows it in the expression, or a comment speaks to a tool about this very line.
    """
    text = syntax.text
    old = text[found.start : found.end]
    if layout.is_multiline(old) or any(map(layout.is_multiline, arguments)):
        return None
    rest = text[found.end : layout.line_end(text, found.end)]
    if tail or _is_within(syntax, found) or any(map(layout.PRAGMA.search, layout.comments(rest))):
        return None
    line = f"{head}({', '.join(arguments)})"
    if _width(syntax, found, line) <= syntax.line_length:
        return None
    return broken_call(syntax, head, arguments, layout.indentation(text, found.start))


def fitting_call(syntax: Syntax, head: str, arguments: Sequence[str], indent: str) -> str:
    """The call ``head(arguments)`` in a line that is indented by ``indent``, broken if need be."""
    line = f"{head}({', '.join(arguments)})"
    if len(indent + line) <= syntax.line_length:
        return line
    return broken_call(syntax, head, arguments, indent)


def broken_call(syntax: Syntax, head: str, arguments: Sequence[str], indent: str) -> str:
    """The call with its arguments below it: together if they fit in a line, else a line each."""
    together = ", ".join(arguments)
    if len(indent + syntax.indent + together) <= syntax.line_length:
        return f"{head}({below(syntax, [together], indent)})"
    return f"{head}({below_each(syntax, arguments, indent)})"


def spread(
    syntax: Syntax, found: Found[cst.Call], head: str, arguments: Sequence[str]
) -> str | None:
    """``head(arguments)``, a line each, for a call whose arguments share one that is too short.

    None for one whose arguments do not share one line below it, or still fit there.
    """
    indent = layout.indentation(syntax.text, found.start)
    if not _shares_a_line(syntax, found):
        return None
    if len(indent + syntax.indent + ", ".join(arguments)) <= syntax.line_length:
        return None
    return f"{head}({below_each(syntax, arguments, indent)})"


def joined(
    syntax: Syntax, found: Found[cst.Call], head: str, arguments: Sequence[str]
) -> str | None:
    """``head(arguments)`` for a call that was broken because it was too long, and no longer is.

    None for one whose arguments do not share one line below it, or have a comma at their end: that
    says that they are to have lines of their own.
    """
    if not _shares_a_line(syntax, found):
        return None
    line = f"{head}({', '.join(arguments)})"
    return line if _width(syntax, found, line) <= syntax.line_length else None


def _shares_a_line(syntax: Syntax, found: Found[cst.Call]) -> bool:
    """Whether all arguments stand in one line below the call, without a comma at their end."""
    lines = layout.lines(syntax.text[found.start : found.end])
    if len(lines) != 3 or not lines[0].endswith("(") or lines[2].strip() != ")":  # noqa: PLR2004
        return False
    return not lines[1].rstrip().endswith(",") and not any(map(layout.has_comment, lines))


def _is_within(syntax: Syntax, found: Found[cst.Call]) -> bool:
    """Whether brackets hold the call that are for a formatter to break first."""
    import libcst as cst

    operators = (cst.Await, cst.UnaryOperation, cst.BooleanOperation, cst.Comparison)
    for each in found.piece.parents(found.node):
        if isinstance(each, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.WithItem)):
            return False
        if not isinstance(each, operators) or each.lpar:
            return not _has_own_line(syntax, found)
    return False


def _has_own_line(syntax: Syntax, found: Found[cst.Call]) -> bool:
    """Whether the brackets around the call are broken already, and give it a line of its own."""
    text = syntax.text
    before = text[layout.line_start(text, found.start) : found.start]
    after = text[found.end : layout.line_end(text, found.end)]
    depth = 0
    for _, character in bare(before):
        depth += (character in PAIRS) - (character in CLOSING)
        if depth < 0:
            return False
    return not depth and after.strip() in ("", ",")


def _width(syntax: Syntax, found: Found[cst.Call], written: str) -> int:
    """How long the line would be, a comment at its end left out."""
    text = syntax.text
    before = text[layout.line_start(text, found.start) : found.start]
    after = text[found.end : layout.line_end(text, found.end)]
    for comment in layout.comments(after):
        after = after[: after.index(comment)].rstrip()
    return len(before + written + after)


def fitted(syntax: Syntax, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, with each statement that they leave in one line, but too long for it, broken.

    A line that was too long before stays one, and so does one with a comment that speaks to a tool
    about this very line, or one that does not end with brackets.
    """
    lines: dict[int, list[Edit]] = {}
    for edit in edits:
        for line in {edit.span.line, edit.span.end_line}:
            lines.setdefault(line, []).append(edit)
    result = set(edits)
    for line, here in lines.items():
        broken = _broken_statement(syntax, line, here, edits)
        if broken is not None:
            result.difference_update(here)
            result.add(broken)
    return tuple(sorted(result))


def _broken_statement(
    syntax: Syntax, line: int, here: list[Edit], edits: tuple[Edit, ...]
) -> Edit | None:
    """The statement that begins in a line with ``here`` made, the only ``edits`` in it; broken."""
    text = syntax.text
    first = syntax.file.offset(line, 1)
    last = layout.line_end(text, max(syntax.offsets(each.span)[1] for each in here))
    old = text[first:last]
    comment = next(iter(layout.comments(old)), "")
    code = old.removesuffix(comment).rstrip()
    if layout.PRAGMA.search(comment) or layout.has_comment(code):
        return None
    indent = layout.indentation(text, first)
    start, end = first + len(indent), first + len(code)
    new = _with(syntax, start, end, here)
    if new is None or any(each not in here and _is_in(syntax, each, first, last) for each in edits):
        return None
    after = old[len(code) :].rstrip()
    widest = max(map(len, layout.lines(old.rstrip())))
    if not widest <= syntax.line_length < len(indent + new + after):
        return None
    if _is_held(syntax, start, end):
        broken = None if comment else _spread_line(syntax, new, indent)
    elif _is_header(syntax, start, end):
        broken = broken_line(syntax, new, indent, first=True)
    elif _is_condition(syntax, start, end):
        broken = _broken_condition(syntax, new, indent)
    elif _is_alone(syntax, start, end):
        broken = broken_line(syntax, new, indent) or _broken_await(syntax, new, indent)
    else:
        broken = None
    return syntax.edit(start, end, broken) if broken else None


def _with(syntax: Syntax, start: int, end: int, edits: list[Edit]) -> str | None:
    """A stretch of the text with edits made; None where they are not all in it, or not one line."""
    new, here = "", start
    for each in sorted(edits):
        at, after = syntax.offsets(each.span)
        if at < here or after > end:
            return None
        new += syntax.text[here:at] + each.text
        here = after
    new += syntax.text[here:end]
    return None if layout.is_multiline(new) else new


def _is_in(syntax: Syntax, edit: Edit, first: int, last: int) -> bool:
    start, end = syntax.offsets(edit.span)
    return start <= last and first <= end


def _is_held(syntax: Syntax, start: int, end: int) -> bool:
    """Whether brackets hold this line and no other, with no comma at its end."""
    above = syntax.text[: layout.line_start(syntax.text, start)].rstrip("\r\n")
    below = syntax.text[layout.next_line(syntax.text, end) :].lstrip(" \t\f")
    return (
        above[-1:] in PAIRS
        and not layout.has_comment(above[layout.line_start(above, len(above)) :])
        and below.startswith(PAIRS[above[-1:]])
        and syntax.text[end - 1] != ","
    )


def _spread_line(syntax: Syntax, code: str, indent: str) -> str | None:
    """All that brackets hold, a line each; None for what is one thing, commas or not."""
    held = f"({code})"
    found = outermost(held, first=True)
    if found is None or not found.commas or found.closing != len(held) - 1:
        return None
    if re.search(r"\b(?:for|lambda)\b", "".join(character for _, character in bare(code))):
        return None
    rows = (item(syntax, each, indent) for each in items_of(held, found))
    return f"{syntax.newline}{indent}".join(rows)


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


def _is_condition(syntax: Syntax, start: int, end: int) -> bool:
    """Whether the header of an ``if``, ``elif`` or ``while`` stands there, and nothing else."""
    statement = syntax.outline.statement(start, end) if syntax.outline else None
    return (
        statement is not None
        and statement.start == start
        and isinstance(statement.node, ast.If | ast.While)
        and syntax.text[end - 1] == ":"
        and statement.body_start is not None
        and statement.body_start > end
    )


def _broken_condition(syntax: Syntax, code: str, indent: str) -> str | None:
    """The header of a statement, broken where its condition is one call."""
    if not _ONE_CALL.match(code) or len(all_outermost(code)) != 1:
        return None
    broken = broken_line(syntax, code.removesuffix(":").rstrip(), indent)
    return f"{broken}:" if broken else None


def _broken_await(syntax: Syntax, code: str, indent: str) -> str | None:
    """``(await f(x)).text`` with what is awaited below, where nothing else has brackets."""
    found = next(iter(all_outermost(code)), None)
    if found is None or not _ATTRIBUTE.fullmatch(code, found.closing + 1):
        return None
    head, inner = code[: found.opening + 1], code[found.opening + 1 : found.closing]
    if not inner.startswith("await ") or _CALLED.match(code[found.opening - 1 : found.opening]):
        return None
    deeper = indent + syntax.indent
    if len(deeper + inner) > syntax.line_length:
        inner = broken_line(syntax, inner, deeper) or ""
    return f"{head}{below(syntax, [inner], indent)}{code[found.closing :]}" if inner else None


def _decorators(statement: Statement) -> list[ast.expr]:
    return list(getattr(statement.node, "decorator_list", ()))


def broken_line(syntax: Syntax, code: str, indent: str, *, first: bool = False) -> str | None:
    """Code of one line, that stands behind ``indent``, with what is in its last brackets below.

    ``first``: in its first brackets, as in a function's header. None where that does not make it
    fit: what is in the brackets of the brackets stays as it is, but for dicts and lists.
    """
    found = outermost(code, first=first)
    if found is None or not (first or _TAIL.fullmatch(code, found.closing + 1)):
        return None
    width, deeper = syntax.line_length, indent + syntax.indent
    head, inner = code[: found.opening + 1], code[found.opening + 1 : found.closing]
    if not inner.strip() or inner.rstrip().endswith(",") or len(indent + head) > width:
        return None
    tail = code[found.closing :]
    if len(indent + tail) > width:
        return None
    # The one parameter of a function gets a comma, as if it were to be followed by others.
    if len(deeper + inner) <= width and (found.commas or not first):
        return f"{head}{below(syntax, [inner], indent)}{tail}"
    items = items_of(code, found)
    if len(items) == 1 and not may_have_comma(code, found.opening, items[0]):
        return None
    rows = below_each(syntax, items, indent)
    return None if any(len(row) > width for row in layout.lines(rows)) else f"{head}{rows}{tail}"
