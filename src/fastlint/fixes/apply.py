"""Edits applied to text. Pure: no parsing, no rules; the order in which fixes come is all one."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from fastlint.source.file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fastlint.findings import Edit, Fix


_FROM = re.compile(r"^[ \t]*from (\S+) import ", re.MULTILINE)


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

    def __init__(self, text: str) -> None:
        self.file = SourceFile(path="", text=text)
        self._edits: list[tuple[int, int, str]] = []
        self._imports: set[str] = set()
        """The modules that edits write `from` imports of."""

    def place(self, edit: Edit) -> tuple[int, int, str] | None:
        """An edit in offsets; None where the text has no such place."""
        lines = self.file.lines
        span = edit.span
        if not (0 < span.line <= len(lines) and 0 < span.end_line <= len(lines)):
            return None
        start = self.file.offset(span.line, span.column)
        end = self.file.offset(span.end_line, span.end_column)
        return (start, end, edit.text) if 0 <= start <= end <= len(self.file.text) else None

    def fits(self, edit: tuple[int, int, str]) -> bool:
        """Whether an edit can be made besides the others. The very same edit is made once."""
        here = bisect_left(self._edits, edit)
        if here < len(self._edits) and self._edits[here] == edit:
            return True
        if not self._imports.isdisjoint(_imported_from(edit[2])):
            return False  # the names belong into one statement, which has to be there first
        return not any(
            _overlap(edit, other) for other in self._edits[max(here - 1, 0) : here + 1]
        ) and not any(_overlap(edit, other) for other in self._same_start(edit[0]))

    def _same_start(self, start: int) -> list[tuple[int, int, str]]:
        first = bisect_left(self._edits, (start, -1, ""))
        last = bisect_left(self._edits, (start + 1, -1, ""))
        return self._edits[first:last]

    def take(self, edit: tuple[int, int, str]) -> None:
        here = bisect_left(self._edits, edit)
        if here == len(self._edits) or self._edits[here] != edit:
            self._edits.insert(here, edit)
            self._imports.update(_imported_from(edit[2]))

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


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """Whether two different edits cannot both be made. Edits that only touch can.

    Two insertions at one place cannot, since nothing says which comes first; an insertion at the
    start of a replaced stretch goes before it.
    """
    if one[:2] == other[:2]:
        return True
    return one[0] < other[1] and other[0] < one[1]


def apply_fixes(texts: Mapping[str, str], fixes: Iterable[Fix]) -> Applied:
    """Apply as many fixes as can be at once; each of them wholly or not at all.

    Edits that several fixes have in common, such as an import, are made once. Fixes that overlap
    with one that comes earlier in the text wait. ``texts`` must have every file that they edit.
    """
    taken: dict[str, _Taken] = {}
    applied: list[Fix] = []
    waiting: list[Fix] = []
    for fix in in_order(fixes):
        placed: list[tuple[_Taken, tuple[int, int, str]]] = []
        for edit in fix.edits:
            path = edit.span.path
            if path in texts and path not in taken:
                taken[path] = _Taken(texts[path])
            file = taken.get(path)
            place = file.place(edit) if file else None
            if file is not None and place is not None:
                placed.append((file, place))
        fits = len(placed) == len(fix.edits) and not _contradicts(placed)
        if fits and all(file.fits(where) for file, where in placed):
            for file, where in placed:
                file.take(where)
            applied.append(fix)
        else:
            waiting.append(fix)
    changed = {path: file.result() for path, file in taken.items()}
    return Applied(
        {path: text for path, text in sorted(changed.items()) if text != texts[path]},
        tuple(applied),
        tuple(waiting),
    )


def _contradicts(placed: Sequence[tuple[_Taken, tuple[int, int, str]]]) -> bool:
    """Whether the edits of one fix overlap among themselves."""
    return any(
        file is other_file and edit != other and _overlap(edit, other)
        for index, (file, edit) in enumerate(placed)
        for other_file, other in placed[index + 1 :]
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
        if where is None or not taken.fits(where):
            return None
        taken.take(where)
    return taken.result()
