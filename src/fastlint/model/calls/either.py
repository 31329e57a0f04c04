"""Where one of several functions is run, and all of them come to the same.

A registry is asked for a key that the request brings, or an abstract method is called of which the
project has several implementations. Which of them runs is for a request or for the settings to say;
but if each of them blocks, whichever it is does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.calls.implementations import Implementations
from fastlint.model.calls.inline import Step, called
from fastlint.model.following.frames import Watch
from fastlint.model.following.values import FunctionValue, Unknown, Value

_MOST, _FARTHEST = 8, 40
"""Functions of which one is run, and functions that are gone through to find that one blocks."""

Looked = Callable[[Step], tuple[Hashable, bool, list[Step]]]
"""Under what the function of a step is known, whether it blocks itself, and what it runs."""


class Choice(msgspec.Struct, frozen=True, eq=False):
    """A place from which one of several functions is run."""

    node: tree.Expr
    instead: tuple[tuple[Step, ...], ...]
    """What is run of the project, for each of those that it may be."""


def choices(watch: Watch, known: Implementations) -> Iterator[Choice]:
    """The places where a function runs one of several, as far as all of them are known."""
    for site in watch.calls:
        several: tuple[Value, ...] = ()
        if isinstance(site.callee, FunctionValue):
            several = known.several(site.callee)
            several = several if len(several) > 1 else ()
        elif isinstance(site.callee, Unknown) and not site.callee.in_turn:
            several = site.callee.choices
        if 0 < len(several) <= _MOST:
            verb = "awaits" if site.awaited else "calls"
            sites = (replace(site, callee=each) for each in several)
            found = (called(each.callee, each, verb, known) for each in sites)
            # The text names none of them, so no fix can change who is called.
            instead = (tuple(replace(step, site=None) for step in steps) for steps in found)
            yield Choice(site.node, tuple(instead))


class Trials:
    """Follows what may be run, to see whether it blocks whichever it is."""

    def __init__(self, looked: Looked) -> None:
        self._looked = looked
        self._known: dict[Hashable, bool] = {}

    def blocks(self, choice: Choice) -> bool:
        """Whether each of those that may be run blocks."""
        return all(any(map(self._leads_there, steps)) for steps in choice.instead)

    def _leads_there(self, step: Step) -> bool:
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
