"""Edits applied to text. Pure: no parsing, no rules; the order in which fixes come is all one."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

import msgspec

from fastlint.fixes.layout import is_multiline
from fastlint.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastlint.findings import Edit, Fix


_FROM = re.compile(r"^[ \t]*from (\S+) import ", re.MULTILINE)

_Place = tuple[int, int, str]
"""An edit in offsets: where what it replaces begins and ends, and what comes there."""


class Applied(msgspec.Struct, frozen=True):
    """What became of some fixes."""

    texts: dict[str, str]
    """The files that are different now."""
    fixes: tuple[Fix, ...]
    """Those that were applied, in the order of the text."""
    waiting: tuple[Fix, ...]
    """Those that overlap with an applied one; their edits no longer fit the text."""


class _Taken:
    """The edits that will be made to one file, no two of which overlap."""

    def __init__(self, text: str, width: int | None = None) -> None:
        self.file = SourceFile(path="", text=text)
        self._width = width
        self._edits: list[_Place] = []
        self._imports: set[str] = set()
        """The modules that edits write `from` imports of."""
        self._growth: dict[int, int] = {}
        """By how many characters edits make lines longer."""

    def place(self, edit: Edit) -> _Place | None:
        """An edit in offsets; None where the text has no such place."""
        lines = self.file.lines
        span = edit.span
        if not (0 < span.line <= len(lines) and 0 < span.end_line <= len(lines)):
            return None
        start = self.file.offset(span.line, span.column)
        end = self.file.offset(span.end_line, span.end_column)
        return (start, end, edit.text) if 0 <= start <= end <= len(self.file.text) else None

    def fit(self, edits: Sequence[_Place]) -> bool:
        """Whether all of these can be made besides the others. The very same edit is made once."""
        new = [edit for edit in edits if not self._is_taken(edit)]
        return not _contradict(edits) and all(map(self._fits, new)) and self._has_room(new)

    def _is_taken(self, edit: _Place) -> bool:
        here = bisect_left(self._edits, edit)
        return here < len(self._edits) and self._edits[here] == edit

    def _fits(self, edit: _Place) -> bool:
        here = bisect_left(self._edits, edit)
        if not self._imports.isdisjoint(_imported_from(edit[2])):
            return False  # the names belong into one statement, which has to be there first
        return not any(
            _overlap(edit, other) for other in self._edits[max(here - 1, 0) : here + 1]
        ) and not any(_overlap(edit, other) for other in self._same_start(edit[0]))

    def _same_start(self, start: int) -> list[_Place]:
        first = bisect_left(self._edits, (start, -1, ""))
        last = bisect_left(self._edits, (start + 1, -1, ""))
        return self._edits[first:last]

    def _has_room(self, edits: Iterable[_Place]) -> bool:
        """Whether no line that fits becomes too long by these edits and the others together.

        Each fix has broken what it makes too long by itself; it does not know of the others.
        """
        width = self._width
        if width is None or not self._growth:
            return True
        for line, more in self._growing(edits).items():
            before, others = len(self.file.lines[line - 1]), self._growth.get(line, 0)
            if others and before <= width < before + others + more:
                return False
        return True

    def _growing(self, edits: Iterable[_Place]) -> dict[int, int]:
        """By how many characters edits lengthen lines that they leave in one piece."""
        growth: dict[int, int] = {}
        for start, end, new in edits:
            more = len(new) - (end - start)
            line = self.file.position(start)[0]
            if more > 0 and not is_multiline(new) and self.file.position(end)[0] == line:
                growth[line] = growth.get(line, 0) + more
        return growth

    def take(self, edits: Iterable[_Place]) -> None:
        new = {edit for edit in edits if not self._is_taken(edit)}
        for edit in new:
            insort(self._edits, edit)
            self._imports.update(_imported_from(edit[2]))
        for line, more in self._growing(new).items():
            self._growth[line] = self._growth.get(line, 0) + more

    def result(self) -> str:
        parts: list[str] = []
        here = 0
        for start, end, new in self._edits:
            parts += (self.file.text[here:start], new)
            here = end
        return "".join((*parts, self.file.text[here:]))


def _imported_from(text: str) -> list[str]:
    """The modules of the ``from`` imports that an edit writes."""
    return _FROM.findall(text)


def _overlap(one: _Place, other: _Place) -> bool:
    """Whether two different edits cannot both be made. Edits that only touch can.

    Two insertions at one place cannot, since nothing says which comes first; an insertion at the
    start of a replaced stretch goes before it.
    """
    if one[:2] == other[:2]:
        return True
    return one[0] < other[1] and other[0] < one[1]


def apply_fixes(
    texts: Mapping[str, str], fixes: Iterable[Fix], widths: Mapping[str, int] | None = None
) -> Applied:
    """Apply as many fixes as can be at once; each of them wholly or not at all.

    Edits that several fixes have in common, such as an import, are made once. Fixes that overlap
    with one that comes earlier in the text wait, and so do those for which a line has no room left
    besides it: ``widths`` tells how long the lines of a file may be. ``texts`` must have every file
    that they edit.
    """
    taken: dict[str, _Taken] = {}
    applied: list[Fix] = []
    waiting: list[Fix] = []
    for fix in in_order(fixes):
        placed: dict[str, list[_Place]] = {}
        for edit in fix.edits:
            path = edit.span.path
            if path in texts and path not in taken:
                taken[path] = _Taken(texts[path], (widths or {}).get(path))
            place = taken[path].place(edit) if path in taken else None
            if place is not None:
                placed.setdefault(path, []).append(place)
        is_whole = sum(map(len, placed.values())) == len(fix.edits)
        if is_whole and all(taken[path].fit(edits) for path, edits in placed.items()):
            for path, edits in placed.items():
                taken[path].take(edits)
            applied.append(fix)
        else:
            waiting.append(fix)
    changed = {path: file.result() for path, file in taken.items()}
    return Applied(
        {path: text for path, text in sorted(changed.items()) if text != texts[path]},
        tuple(applied),
        tuple(waiting),
    )


def _contradict(edits: Sequence[_Place]) -> bool:
    """Whether the edits of one fix in one file overlap among themselves."""
    return any(
        edit != other and _overlap(edit, other)
        for index, edit in enumerate(edits)
        for other in edits[index + 1 :]
    )


def in_order(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes in the order of the text: by where their last edit is, imports thus aside."""
    return sorted(
        (fix for fix in fixes if fix.edits),
        key=lambda fix: (max(fix.edits), fix.edits, fix.title, not fix.safe),
    )


def apply_edits(text: str, edits: Iterable[Edit]) -> str | None:
    """The text with all edits made, whatever file they name; None if they overlap or do not fit."""
    taken = _Taken(text)
    for edit in edits:
        where = taken.place(edit)
        if where is None or not taken.fit([where]):
            return None
        taken.take([where])
    return taken.result()
