"""Code frames: source lines with their numbers, and the span marked under or beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from fastlint.report.cells import Row, row, visible, width_of, wrap
from fastlint.report.text import Line, Segment, Style

if TYPE_CHECKING:
    from fastlint.findings import Span

_CUT = "..."
_LONG = 2000
"""Characters of a source line that are laid out at all; generated lines can have millions."""
_LEAD = 20
"""Columns of code that are kept before a span far to the right."""
_WHOLE, _HEAD, _TAIL = 6, 3, 2
"""Spans of more lines than the first are shortened to the second and third."""


class View(NamedTuple):
    """Which columns of the source lines are drawn, the same for all lines of a frame."""

    room: int
    base: int = 0
    """The first character that is laid out."""
    start: int = 0
    """The first column after it that is drawn."""

    @property
    def at_start(self) -> bool:
        """Whether lines are drawn from their first character."""
        return not (self.start or self.base)

    def layout(self, line: str) -> Row:
        """Lay out the part of a line that may be drawn."""
        return row(line[self.base : self.base + _LONG])

    def draw(self, laid: Row) -> str:
        """The drawn part of a laid out line, with marks where it was cut."""
        left = "" if self.at_start else _CUT
        room = self.room - len(left)
        width = laid.columns[-1]
        if width <= self.start:
            return left if width else ""
        if width - self.start <= room:
            return left + laid.cut(self.start, width)
        return left + laid.cut(self.start, self.start + room - len(_CUT)) + _CUT

    def place(self, laid: Row, index: int) -> int:
        """Where a character of the line is drawn, kept within what is drawn."""
        shift = 0 if self.at_start else len(_CUT)
        return max(shift, min(laid.column(index - self.base) - self.start + shift, self.room))


def view_of(line: str, first: int, last: int, room: int) -> View:
    """The view in which the characters ``first`` to ``last`` (exclusive) of a line are seen."""
    base = max(0, first - _LONG // 2) if len(line) > _LONG else 0
    whole = View(room, base)
    laid = whole.layout(line)
    start, end = laid.column(first - base), max(laid.column(last - base), 1)
    if (laid.columns[-1] <= room or end <= room - len(_CUT)) and base == 0:
        return whole
    lead = min(_LEAD, room // 3)
    shift = min(start - lead, end - (room - 10))
    return View(room, base, shift if shift > len(_CUT) else 0)


def gutter(number: int | str, width: int, bar: str = "|") -> Segment:
    """The margin of a frame's line: its number, if it has one, and the bar."""
    return Segment(f"{number:>{width}} {bar} ", "quiet")


def code_frame(
    lines: Sequence[str], span: Span, *, margin: int, width: int, style: Style
) -> list[Line]:
    """Show a span with a line of context on either side; empty when the file has no such line."""
    if not 1 <= span.line <= len(lines):
        return []
    end = _end(lines, span)
    if end[0] == span.line:
        return _single(lines, span, margin=margin, width=width, style=style)
    return _several(lines, span, end, margin=margin, width=width, style=style)


def step_frame(
    lines: Sequence[str], span: Span, label: str, *, margin: int, width: int
) -> list[Line]:
    """Show the first line of a span, underlined, with what happens there beside it."""
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1]
    first, last = _within(line, span)
    view = view_of(line, first, last, width - margin - 3)
    laid = view.layout(line)
    start, size = _mark(view, laid, first, last)
    frame: list[Line] = [[gutter(span.line, margin), Segment(view.draw(laid))]]
    room = view.room - (start + size + 1)
    underline = [gutter("", margin), Segment(" " * start), Segment("-" * size, "step")]
    if width_of(label) <= room:
        frame.append([*underline, Segment(f" {label}", "step")])
        return frame
    # No room beside it: below, as far to the right as leaves lines that can be read.
    indent = max(0, min(start, view.room - 50))
    frame.append(underline)
    frame.extend(
        [gutter("", margin), Segment(" " * indent), Segment(part, "step")]
        for part in wrap(label, view.room - indent)
    )
    return frame


def _end(lines: Sequence[str], span: Span) -> tuple[int, int]:
    """The end line and column; a span that takes in a line's break still ends on that line."""
    if span.end_line > len(lines):
        return len(lines), len(lines[-1]) + 1
    if span.end_column == 1 and span.end_line > span.line:
        return span.end_line - 1, len(lines[span.end_line - 2]) + 1
    return span.end_line, span.end_column


def _within(line: str, span: Span) -> tuple[int, int]:
    """The characters of a span on its first line."""
    first = min(span.column - 1, len(line))
    last = len(line.rstrip()) if span.end_line > span.line else span.end_column - 1
    return first, max(first, min(last, len(line)))


def _mark(view: View, laid: Row, first: int, last: int) -> tuple[int, int]:
    """Where a mark starts and how wide it is: at least one column, also for an empty span."""
    start = view.place(laid, first)
    return start, max(1, view.place(laid, last) - start)


def _context(lines: Sequence[str], number: int) -> bool:
    return 1 <= number <= len(lines) and bool(lines[number - 1].strip())


def _single(
    lines: Sequence[str], span: Span, *, margin: int, width: int, style: Style
) -> list[Line]:
    line = lines[span.line - 1]
    first, last = _within(line, span)
    view = view_of(line, first, last, width - margin - 3)
    frame: list[Line] = [[gutter("", margin)]]
    for number in (span.line - 1, span.line, span.line + 1):
        if number == span.line:
            laid = view.layout(line)
            start, size = _mark(view, laid, first, last)
            frame.append([gutter(number, margin), Segment(view.draw(laid))])
            frame.append([gutter("", margin), Segment(" " * start), Segment("^" * size, style)])
        elif view.at_start and _context(lines, number):
            text = view.draw(view.layout(lines[number - 1]))
            frame.append([gutter(number, margin), Segment(text)])
    return frame


def _several(
    lines: Sequence[str],
    span: Span,
    end: tuple[int, int],
    *,
    margin: int,
    width: int,
    style: Style,
) -> list[Line]:
    """A bar down the left side, joined to where the span starts and ends, as rustc draws it."""
    end_line, end_column = end
    view = View(width - margin - 5)
    opening = lines[span.line - 1]
    at_line_start = not opening[: span.column - 1].strip()
    frame: list[Line] = [[gutter("", margin)]]

    def source(number: int, side: str) -> None:
        text = view.draw(view.layout(lines[number - 1]))
        frame.append([gutter(number, margin), Segment(f"{side:<2}", style), Segment(text)])

    if _context(lines, span.line - 1):
        source(span.line - 1, "")
    source(span.line, "/" if at_line_start else "")
    if not at_line_start:
        start = view.place(view.layout(opening), span.column - 1)
        frame.append([gutter("", margin), Segment(f" {'_' * (start + 1)}^", style)])
    count = end_line - span.line + 1
    for number in range(span.line + 1, end_line + 1):
        if count > _WHOLE and span.line + _HEAD <= number <= end_line - _TAIL:
            if number == span.line + _HEAD:
                frame.append([Segment(f"{_CUT:<{margin + 3}}", "quiet"), Segment("|", style)])
            continue
        source(number, "|")
    laid = view.layout(lines[end_line - 1])
    stop = view.place(laid, max(end_column - 2, 0))
    frame.append([gutter("", margin), Segment(f"|{'_' * (stop + 1)}^", style)])
    if _context(lines, end_line + 1):
        source(end_line + 1, "")
    return frame


def location(path: str, span: Span) -> Segment:
    """Where it is, as editors and terminals recognise it."""
    return Segment(f"{visible(path)}:{span.line}:{span.column}")
