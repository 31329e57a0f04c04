"""Where one of several functions is run, and nobody knows which.

A registry is asked for a key that the request brings, or an abstract method is called of which the
project has several implementations. Which of them runs is for a request or for the settings to say.
If each of them blocks, whichever it is does; else those are followed that do, as far as the project
itself makes the objects that they belong to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import place
from fastlint.model.calls.implementations import Implementations
from fastlint.model.calls.inline import Step, called, is_coroutine, looped_over
from fastlint.model.following.frames import CallSite, Watch
from fastlint.model.following.values import FunctionValue, Unknown, Value

_MOST, _FARTHEST = 12, 40
"""Functions of which one is run, and functions that are gone through to find that one blocks."""

Looked = Callable[[Step], tuple[Hashable, bool, list[Step]]]
"""Under what the function of a step is known, whether it blocks itself, and what it runs."""


class Way(msgspec.Struct, frozen=True, eq=False):
    """One of those that may be run."""

    value: Value
    steps: tuple[Step, ...]
    """What is run of the project."""


class Choice(msgspec.Struct, frozen=True, eq=False):
    """A place from which one of several functions is run."""

    node: tree.Expr
    instead: tuple[Way, ...]
    """All that it may be."""


def choices(watch: Watch, known: Implementations) -> Iterator[Choice]:
    """The places where a function runs one of several, as far as all of them are known."""
    looped = {place(loop.node) for loop in (*watch.iterations, *watch.streams)}
    for site in watch.calls:
        several: tuple[Value, ...] = ()
        if isinstance(site.callee, FunctionValue):
            several = known.several(site.callee)
            several = several if len(several) > 1 else ()
        elif isinstance(site.callee, Unknown) and not site.callee.in_turn:
            several = site.callee.choices
        if site.awaited:  # it is one of those that can be
            several = tuple(filter(is_coroutine, several)) or several
        if 0 < len(several) <= _MOST:
            is_looped = place(site.node) in looped
            verb = "loops over" if is_looped else "awaits" if site.awaited else "calls"
            instead = (_way(replace(site, callee=each), verb, known) for each in several)
            yield Choice(site.node, tuple(instead))


def _way(site: CallSite, verb: str, known: Implementations) -> Way:
    # The text names none of them, so no fix can change who is called.
    callee = site.callee
    if verb == "loops over" and isinstance(callee, FunctionValue) and callee.facts.is_generator:
        return Way(callee, (looped_over(callee, site),))
    steps = (replace(step, site=None) for step in called(callee, site, verb, known))
    return Way(callee, tuple(steps))


class Trials:
    """Follows what may be run, to see whether it blocks."""

    def __init__(self, looked: Looked, known: Implementations) -> None:
        self._looked = looked
        self._implementations = known
        self._known: dict[Hashable, bool] = {}

    def taken(self, choice: Choice) -> Iterator[Step]:
        """What is run of those that block, told as possible unless each of them does."""
        blocking = [way for way in choice.instead if any(map(self.blocks, way.steps))]
        is_certain = len(blocking) == len(choice.instead)
        for way in blocking:
            if is_certain or self._is_there(way):
                for step in way.steps:
                    yield replace(step, among=0 if is_certain else len(choice.instead))

    def _is_there(self, way: Way) -> bool:
        return not isinstance(way.value, FunctionValue) or self._implementations.is_made(way.value)

    def blocks(self, step: Step) -> bool:
        """Whether what a step runs blocks, or leads to something that does."""
        start, _, _ = self._looked(step)
        if start not in self._known:
            self._known[start] = self._follow(step)
        return self._known[start]

    def _follow(self, step: Step) -> bool:
        seen: set[Hashable] = set()
        queue = deque([step])
        while queue and len(seen) < _FARTHEST:
            key, blocks, further = self._looked(queue.popleft())
            if blocks:
                return True
            if key not in seen:
                seen.add(key)
                queue.extend(further)
        return False
