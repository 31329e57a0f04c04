"""How far calls are followed: some code never comes to an end, and a linter must.

Every statement that is followed is a step. A call that the module level makes, or nobody, has steps
enough for a server's start; one that has no hand in building the app has few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_STEPS = 600_000
"""Statements that are followed to see what apps and routers a project builds."""
_MOST_ASKED = 3_000_000
"""Statements that are followed afterwards, in whatever is asked about the functions."""
_MOST_OF_A_CALL = 30_000
"""Statements that one call may take with all that it calls: a server's start may do anything."""
_MOST_REGISTERED = 30_000
_DEEPEST_CALL = 24
_MOST_OF_ONE = 8
"""Calls of one function inside of each other: as deep as a tree of routers that is written out."""
_ASIDE = 250
"""Statements that may be followed in calls which do not build the app: enough for a helper that
works out a prefix, too few for a start-up that connects to the world."""
_TRIES = 2
"""How often a function may use all of them up before it is left alone: it would again."""

Key = tuple[str, int]
"""A function, by its file and index there."""


class Budget:
    """Counts what is followed, and says what more may be."""

    def __init__(self) -> None:
        self.steps = 0
        self.registered = 0
        """How often an app or router was asked to do something."""
        self.left = _MOST_STEPS
        """How many more statements may be followed in the call that is being followed."""
        self.calls: list[Key] = []
        """The functions that are being followed, outermost first."""
        self.called: set[Key] = set()
        """Functions that have been followed."""
        self.is_cut_short = False
        """Whether not all that builds an app was followed, for it does not come to an end."""
        self._most = _MOST_STEPS
        self._limit = _MOST_STEPS
        """With how many steps the call that a module level or nobody makes comes to an end."""
        self._outermost = 0
        """How many calls enclose the module level that is being run."""
        self._exhausting: Counter[Key] = Counter()
        """How often a function came to no end on the steps of a call aside."""
        self._is_built = False

    def tick(self) -> bool:
        """Count a statement; False when the run has become too long to go on."""
        self.steps += 1
        self.left -= 1
        return self.left > 0

    def may_register(self) -> bool:
        """Count what an app or router is asked to do; False when that is too much to go on."""
        self.registered += 1
        if self.registered > _MOST_REGISTERED:
            self.steps, self.left, self.is_cut_short = self._most, 0, True
        return self.registered <= _MOST_REGISTERED

    def settle(self) -> None:
        """The apps are built: what is asked of the project from here on takes nothing from them."""
        self.is_cut_short |= self.steps >= self._most
        self._is_built, self.left = True, _MOST_ASKED
        self._limit = self._most = self.steps + _MOST_ASKED

    @contextmanager
    def module(self) -> Iterator[None]:
        """Run a module level: once, whoever asks first, and not on the steps of a call aside."""
        before, self.left = self.left, self._most - self.steps
        limit, outermost, self._outermost = self._limit, self._outermost, len(self.calls)
        try:
            yield
        finally:
            self._limit, self._outermost = limit, outermost
            self.left = min(before, self._most - self.steps)

    @contextmanager
    def call(self, key: Key, *, aside: bool) -> Iterator[bool]:
        """Follow a call; False where that would go too deep or round in circles.

        ``aside``: the call has no hand in building the app, and is followed only so far.
        """
        aside = aside or key in self.calls  # what calls itself in several places branches out
        if not self._may_call(key, aside=aside):
            yield False
            return
        if len(self.calls) == self._outermost:
            self._limit = min(self.steps + _MOST_OF_A_CALL, self._most)
        self.calls.append(key)
        self.called.add(key)
        before, most = self.left, self._limit - self.steps
        granted = self.left = min(before, _ASIDE) if aside else most
        try:
            yield True
        finally:
            self.calls.pop()
            self.is_cut_short |= self.steps >= self._limit and not self._is_built
            if aside and granted == _ASIDE and self.left <= 0:
                self._exhausting[key] += 1
            # What was used up aside is used up for the caller as well.
            self.left = before - (granted - self.left) if aside else min(before, most)

    def _may_call(self, key: Key, *, aside: bool) -> bool:
        if len(self.calls) >= _DEEPEST_CALL or self.calls.count(key) > _MOST_OF_ONE:
            return False
        return not aside or self._exhausting[key] < _TRIES


class Pause:
    """A generator's turns are its caller's: neither as deep as it is, nor on its steps."""

    def __init__(self, budget: Budget) -> None:
        """Made where the generator is gone through, before it is."""
        self._budget = budget
        self._depth = len(budget.calls)
        self._before = budget.left
        self._used = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What is run for an item that the generator gives."""
        budget, depth = self._budget, self._depth
        held = budget.calls[depth:]
        del budget.calls[depth:]
        own, budget.left = budget.left, self._before - self._used
        try:
            yield
        finally:
            self._used, budget.left = self._before - budget.left, own
            budget.calls.extend(held)

    def end(self) -> None:
        """Charge the caller for the turns."""
        self._budget.left -= self._used
