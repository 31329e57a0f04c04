"""A fix as a small diff of the lines that it changes, with their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple

from fastlint.report.frame import View, gutter, view_of
from fastlint.report.text import Line, Segment, Style

if TYPE_CHECKING:
    from fastlint.findings import Edit

_MOST = 24
"""Lines of a fix that are shown in one file."""
_MATCHED = 200
"""Lines of one change up to which it is worth matching the old with the new."""

Kind = Literal[" ", "-", "+"]
_STYLES: dict[Kind, Style] = {" ": "", "-": "removed", "+": "added"}


class Row(NamedTuple):
    """A line of a diff; the number is that in the old text, or for ``+`` in the new."""

    kind: Kind
    number: int
    text: str


def changes(lines: Sequence[str], edits: Sequence[Edit]) -> list[list[Row]]:
    """The changed stretches of one file; empty where the edits do not fit its text."""
    stretches: list[list[Row]] = []
    moved = 0
    for first, last, inside in _regions(edits):
        if first < 1 or last > max(len(lines), 1):
            return []
        old = list(lines[first - 1 : last]) or [""]
        new = _edited(old, first, inside)
        if new is None:
            return []
        rows = list(_compared(old, new, first, first + moved))
        if rows:
            stretches.append(rows)
        moved += len(new) - len(old)
    return stretches


def changed_lines(stretches: Sequence[Sequence[Row]], *, margin: int, width: int) -> Iterator[Line]:
    """Show the stretches, cut where there is too much of them."""
    shown = 0
    total = sum(map(len, stretches))
    for index, rows in enumerate(stretches):
        if index:
            yield [Segment(f"{'...':<{margin + 3}}", "quiet")]
        for kind, number, text, view in _views(rows, width - margin - 3):
            if shown == _MOST and total > _MOST + 1:
                yield [Segment(f"{'':>{margin}}   ... {total - shown} more lines", "quiet")]
                return
            shown += 1
            drawn = view.draw(view.layout(text))
            if kind == " ":
                yield [gutter(number, margin, " "), Segment(drawn)]
            else:
                margin_text = f"{number:>{margin}} "
                yield [Segment(margin_text, "quiet"), Segment(f"{kind} {drawn}", _STYLES[kind])]


def _views(rows: Sequence[Row], room: int) -> Iterator[tuple[Kind, int, str, View]]:
    """Each row with a view on the place where the old and the new differ, if that is far away."""
    removed = [row.text for row in rows if row.kind == "-"]
    added = [row.text for row in rows if row.kind == "+"]
    at = 0
    if len(removed) == 1 and added:
        pairs = zip(removed[0], added[0], strict=False)
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
    for kind, number, text in rows:
        yield kind, number, text, view_of(text, at, at + 1, room) if at else View(room)


def _regions(edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Edits that touch the same or neighbouring lines, together, with their first and last line."""
    waiting: list[Edit] = []
    first = last = 0
    for edit in sorted(edits):
        if waiting and edit.span.line > last + 1:
            yield first, last, waiting
            waiting = []
        if not waiting:
            first = last = edit.span.line
        waiting.append(edit)
        last = max(last, edit.span.end_line)
    if waiting:
        yield first, last, waiting


def _edited(old: Sequence[str], first: int, edits: Sequence[Edit]) -> list[str] | None:
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line) + 1)
    text = "\n".join(old)
    parts: list[str] = []
    done = 0
    for edit in edits:
        start = starts[edit.span.line - first] + edit.span.column - 1
        end = starts[edit.span.end_line - first] + edit.span.end_column - 1
        if not done <= start <= end <= len(text) + 1:
            return None
        parts += (text[done:start], edit.text.replace("\r\n", "\n").replace("\r", "\n"))
        done = end
    parts.append(text[done:])
    return "".join(parts).split("\n")


def _compared(
    old: Sequence[str], new: Sequence[str], old_number: int, new_number: int
) -> Iterator[Row]:
    """Removed before added; what is the same before the first and after the last is left out."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    blocks: list[tuple[str, int, int, int, int]]
    if min(len(before), len(after)) <= 1 or max(len(before), len(after)) > _MATCHED:
        blocks = [("replace", 0, len(before), 0, len(after))]
    else:
        from difflib import SequenceMatcher

        blocks = list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    for tag, old_start, old_end, new_start, new_end in blocks:
        if tag == "equal":
            for index in range(old_start, old_end):
                yield Row(" ", old_number + head + index, before[index])
            continue
        for index in range(old_start, old_end):
            yield Row("-", old_number + head + index, before[index])
        for index in range(new_start, new_end):
            yield Row("+", new_number + head + index, after[index])


def by_file(edits: Sequence[Edit]) -> Iterator[tuple[str, list[Edit]]]:
    """The edits of each file, in the order of the files' names."""
    for path, group in groupby(sorted(edits), key=lambda edit: edit.span.path):
        yield path, list(group)
