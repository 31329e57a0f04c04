"""Where the grammar's choices come from: hypothesis, so that a failure shrinks to what matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[int]], int]
_Any = TypeVar("_Any")


class Chooser:
    """Choices of one case. The first of every choice is the plainest: that is what shrinks to."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low if low == high else self._draw(_numbers(low, high))

    def among(self, options: Sequence[_Any]) -> _Any:
        """One of the options."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.number(0, 99) >= 100 - percent

    def some(self, options: Sequence[_Any], most: int) -> list[_Any]:
        """Up to ``most`` of the options, in their order, none twice."""
        count = self.number(0, min(most, len(options)))
        left = list(range(len(options)))
        taken = sorted(left.pop(self.number(0, len(left) - 1)) for _ in range(count))
        return [options[each] for each in taken]


@cache
def _numbers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)
