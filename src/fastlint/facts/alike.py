"""Whether a file says the same as before to somebody who has looked at some of its functions only.

What is compared are the facts without the positions of lines: an edit moves everything that stands
below it, and nothing that is said of a file depends on how many lines there are above. It may
depend on the order of lines, so what is alike must have kept it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

import msgspec

from fastlint.facts import search, tree

_LINES = ("line", "end_line", "first_line")
_UNREAD = ("body", "literals", "words")
_ENDING_WITH_OTHERS = (
    tree.FunctionFacts | tree.FunctionDef | tree.ClassDef | tree.If | tree.For | tree.While
    | tree.With | tree.Try | tree.Handler | tree.Match | tree.Case
)  # fmt: skip
"""Nodes that end where their last statement ends, which may be one that nobody looked at."""


class Moved(msgspec.Struct, frozen=True):
    """Where things of the old file are in the new one, as far as they are the same."""

    lines: dict[int, int]
    """From the old number of a line to the new one."""
    ends: dict[tuple[int, int], tuple[int, int]]
    """The same for the lines and columns at which something ends."""

    @property
    def anything(self) -> bool:
        """Whether anything stands elsewhere now."""
        return any(old != new for old, new in (*self.lines.items(), *self.ends.items()))


def alike(
    old: bytes, new: bytes, bodies: Collection[int], words: Iterable[bytes], *, literals: bool
) -> Moved | None:
    """Where everything has moved to; None where it says something else than before.

    ``old`` and ``new`` are encoded facts. ``bodies`` are the indices of the functions whose bodies
    were looked at; of all others only which of ``words`` they contain makes a difference, and of
    the ``literals`` nothing does unless they were looked at.
    """
    before, after = tree.decode(old), tree.decode(new)
    pairs: list[tuple[object, object]] = [(before, after)]
    if literals:
        pairs.append((tree.literals(before), tree.literals(after)))
    if len(before.functions) != len(after.functions):
        return None
    looked_for = tuple(words)
    words_before, words_after = search.Vocabulary(before), search.Vocabulary(after)
    if any(words_before.has(word) is not words_after.has(word) for word in looked_for):
        return None
    for one, other in zip(before.functions, after.functions, strict=True):
        if one.index in bodies:
            pairs.append((tree.statements(one), tree.statements(other)))
        elif _contained(bytes(one.body), looked_for) != _contained(bytes(other.body), looked_for):
            return None
    moved = _compared(pairs)
    return moved if moved is not None and _is_ordered(moved.lines) else None


def _contained(encoded: bytes, words: tuple[bytes, ...]) -> list[bool]:
    return [word in encoded for word in words]


def _compared(pairs: list[tuple[object, object]]) -> Moved | None:
    """Where things are in two trees that are the same but for the numbers of their lines."""
    moved = Moved({}, {})
    while pairs:
        one, other = pairs.pop()
        if type(one) is not type(other):
            return None
        if isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return None
            pairs.extend(zip(one, other, strict=True))
        elif isinstance(one, msgspec.Struct) and isinstance(other, msgspec.Struct):
            if not _follow(one, other, moved):
                return None
            pairs.extend(_parts(one, other))
        elif one != other:
            return None
    return moved


def _follow(one: msgspec.Struct, other: msgspec.Struct, moved: Moved) -> bool:
    """Note where a node has moved to; False where another has moved elsewhere from there."""
    for field in _LINES:
        old = getattr(one, field, None)
        if old is not None and moved.lines.setdefault(old, getattr(other, field)) != getattr(
            other, field
        ):
            return False
    if isinstance(one, tree.Node) and isinstance(other, tree.Node):
        new = (other.end_line, other.end_column)
        return moved.ends.setdefault((one.end_line, one.end_column), new) == new
    return True


def _parts(one: msgspec.Struct, other: msgspec.Struct) -> Iterator[tuple[object, object]]:
    """What must be the same of two nodes."""
    for field in one.__struct_fields__:
        mine, theirs = getattr(one, field), getattr(other, field)
        is_unread = field in _UNREAD and isinstance(mine, msgspec.Raw)
        is_free = field == "end_column" and isinstance(one, _ENDING_WITH_OTHERS)
        if not (field in _LINES or is_unread or is_free):
            yield mine, theirs


def _is_ordered(lines: Mapping[int, int]) -> bool:
    """Whether the lines stand in the order in which they stood."""
    now = [lines[line] for line in sorted(lines)]
    return all(one < other for one, other in pairwise(now))
