"""Text as a terminal shows it: nothing hidden, and every character as wide as it is drawn.

File names, messages and source lines come from a tree that nobody vouches for. What would move the
cursor, change colours, reorder or hide text is shown as a visible escape instead.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

TAB = 4
"""Tabs in source lines are drawn up to the next multiple of this."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

_ESCAPED_BYTES = range(0xDC80, 0xDD00)
"""The bytes of a file name that is not UTF-8, as ``surrogateescape`` decodes them."""


def _escape(character: str) -> str:
    named = _NAMED.get(character)
    if named is not None:
        return named
    point = ord(character)
    if point in _ESCAPED_BYTES:
        return f"\\x{point - 0xDC00:02x}"
    if character <= "\xff":
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if character <= "\uffff" else f"\\U{point:08x}"


def visible(text: str) -> str:
    """The text with control, format and line-breaking characters as visible escapes."""
    if text.isprintable():
        return text
    return "".join(
        _escape(character) if unicodedata.category(character) in _HIDDEN else character
        for character in text
    )


def _character_width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0  # combining marks; medial and final jamo join the syllable before them
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def width_of(text: str) -> int:
    """How many columns a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


class Row(NamedTuple):
    """A source line as it is drawn: what stands for each character, and the column it starts at."""

    cells: Sequence[str]
    columns: Sequence[int]
    """One more than there are cells; the last one is the width of the row."""

    def column(self, index: int) -> int:
        """The drawn column of a character index; past the end, each further one counts one."""
        last = len(self.cells)
        return self.columns[min(index, last)] + max(index - last, 0)

    def cut(self, start: int, end: int) -> str:
        """What is drawn between two columns; half of a wide character becomes a space."""
        if start <= 0 and self.columns[-1] <= end:
            return "".join(self.cells)
        first = bisect_right(self.columns, start) - 1  # past marks that belong to what is left out
        if self.columns[first] < start:
            first += 1
        last = max(bisect_right(self.columns, end) - 1, first)
        if first >= len(self.cells):
            return ""
        left_out = min(self.columns[first], end) - start
        return " " * left_out + "".join(self.cells[first:last])


def row(line: str) -> Row:
    """Lay out one source line."""
    if line.isascii() and line.isprintable():
        return Row(line, range(len(line) + 1))
    cells: list[str] = []
    columns = [0]
    column = 0
    for character in line:
        if character == "\t":
            cell, width = " " * (TAB - column % TAB), TAB - column % TAB
        elif unicodedata.category(character) in _HIDDEN:
            cell = _escape(character)
            width = len(cell)
        else:
            cell, width = character, _character_width(character)
        column += width
        cells.append(cell)
        columns.append(column)
    return Row(cells, columns)


def wrap(text: str, width: int, first: int | None = None) -> list[str]:
    """Break a visible text at spaces into lines of ``width`` columns, where that is possible.

    ``first`` is the room on the first line, when that is less.
    """
    room = width if first is None else first
    if width_of(text) <= room:
        return [text]
    lines: list[str] = []
    current, *words = text.split(" ")
    used = width_of(current)
    for word in words:
        size = width_of(word)
        if used + 1 + size > room:
            lines.append(current)
            current, used, room = word, size, width
        else:
            current, used = f"{current} {word}", used + 1 + size
    lines.append(current)
    return lines
