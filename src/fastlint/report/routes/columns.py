"""Columns of text that share the width of a terminal: nothing is cut off, only broken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from fastlint.report.cells import visible, width_of
from fastlint.report.text import Segment

if TYPE_CHECKING:
    from fastlint.report.text import Line, Style

GAP = 2
_NARROWEST = 10
_PIECE = re.compile(r"[^/,|\[\s]*[/,|\[\s]|[^/,|\[\s]+")
_SMALLER = re.compile(r"[^._-]*?[a-z0-9](?=[A-Z])|[^._-]*?[._-]|[^._-]+?(?=[A-Z][a-z]|$)|[^._-]+")


class Cell(NamedTuple):
    """A text of one column; it need not be visible yet."""

    text: str
    style: Style = ""


def total(rows: Sequence[Sequence[Cell]]) -> int:
    """How wide the rows are where nothing is broken."""
    return _used(natural(rows))


def widths(
    rows: Sequence[Sequence[Cell]], room: int, weights: Sequence[int] | None = None
) -> list[int]:
    """How wide each column is, so that all of them fit in ``room``.

    The column gives way where the fewest cells have to be broken for it; a cell of a column with a
    higher weight counts for more.
    """
    found = natural(rows)
    sizes = [
        Counter(width_of(visible(cell.text)) for cell in column)
        for column in zip(*rows, strict=True)
    ]

    def cost(column: int) -> float:
        width = found[column]
        if width <= _NARROWEST:
            return inf
        broken = sum(n * (-(-size // (width - 1)) - 1) for size, n in sizes[column].items())
        return broken * (weights[column] if weights else 1)

    columns = range(len(found))
    for _ in range(_used(found) - room):
        cheapest = min(columns, key=lambda column: (cost(column), -found[column]))
        if cost(cheapest) == inf:
            break
        found[cheapest] -= 1
    return found


def natural(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide each column is where nothing is broken."""
    columns = zip(*rows, strict=True)
    return [max(width_of(visible(cell.text)) for cell in column) for column in columns]


def _used(columns: Sequence[int]) -> int:
    return sum(columns) + GAP * (sum(map(bool, columns)) - 1)


def lines(row: Sequence[Cell], columns: Sequence[int], indent: int = 0) -> Iterator[Line]:
    """A row, over as many lines as its longest cell needs."""
    broken = [
        list(pieces(visible(cell.text), width)) for cell, width in zip(row, columns, strict=True)
    ]
    for number in range(max(map(len, broken))):
        line = [Segment(" " * indent)]
        for cell, parts, width in zip(row, broken, columns, strict=True):
            if width:
                text = parts[number] if number < len(parts) else ""
                line.append(Segment(text, cell.style if text else ""))
                line.append(Segment(" " * (width - width_of(text) + GAP)))
        yield line


def pieces(text: str, width: int) -> Iterator[str]:
    """The text in parts of ``width`` columns, broken after a slash, comma or space if possible."""
    current = ""
    for piece in _PIECE.findall(text):
        for part in _fitting(piece, width):
            if current and width_of(current) + width_of(part.rstrip()) > width:
                yield current.rstrip()
                current, part = "", part.lstrip()  # noqa: PLW2901 - a line begins with a word
            current += part
    yield current.rstrip()


def _fitting(piece: str, width: int) -> Iterator[str]:
    """The piece, or parts of it none of which is too wide."""
    if width_of(piece.rstrip()) <= width:
        yield piece
        return
    for part in _SMALLER.findall(piece):
        while width_of(part) > width > 1:
            cut = width
            while width_of(part[:cut]) > width:
                cut -= 1
            yield part[:cut]
            part = part[cut:]  # noqa: PLW2901 - what is left of it
        yield part
