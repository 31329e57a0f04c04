"""The graph of what is run on the event loop: functions, and who runs them from where."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.calls.inline import Step
from fastlint.model.following.contexts import Given
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.calls.entries import Entry


class Leg(msgspec.Struct, frozen=True, eq=False):
    """One step of the way from an entry to a blocking call."""

    span: Span
    verb: str
    """What happens there: ``calls``, ``awaits``, ``loops over``, ``enters``, ``reads``"""
    function: Function
    """What is run."""
    among: int = 0
    """As `Step.among`."""


class Node(msgspec.Struct, eq=False):
    """A function that is run on the event loop, in one of the ways in which it is looked at."""

    function: Function
    value: FunctionValue
    given: Given
    before: Node | None = None
    """The function from which it was reached first, which is by a shortest way."""
    step: Step | None = None
    """By what."""
    entries: dict[int, Entry] = msgspec.field(default_factory=dict)
    """What it is itself, by identity."""
    callers: list[tuple[Node, Step]] = msgspec.field(default_factory=list)

    @property
    def only_checks(self) -> bool:
        """Whether nothing but the validation of requests runs it, and no other function."""
        return self.before is None and all(
            each.kinds == frozenset({"validator"}) for each in self.entries.values()
        )


def trail(node: Node) -> tuple[tuple[Leg, ...], Node]:
    """The shortest way to a function, and where it starts."""
    legs: list[Leg] = []
    while node.before is not None and node.step is not None:
        span = node.before.function.at(node.step.node)
        legs.append(Leg(span, node.step.verb, node.function, node.step.among))
        node = node.before
    return tuple(reversed(legs)), node


def trail_from(entry: Entry, node: Node) -> tuple[Leg, ...] | None:
    """The shortest way to a function from an entry; None where it does not lead there."""
    ways: dict[int, tuple[Leg, ...]] = {id(node): ()}
    queue = deque([node])
    while queue:
        here = queue.popleft()
        if any(each.function is entry.function for each in here.entries.values()):
            return ways[id(here)]
        for caller, step in here.callers:
            if id(caller) not in ways:
                leg = Leg(caller.function.at(step.node), step.verb, here.function, step.among)
                ways[id(caller)] = (leg, *ways[id(here)])
                queue.append(caller)
    return None


class Start(msgspec.Struct, frozen=True, eq=False):
    """Where a way to a function leaves the entry."""

    entry: Entry
    function: Function
    """The entry's function, of its variants the one that this is."""
    at: Span
    """The call there, or the place itself."""
    called: Function | None
    """What is called there; None for the place itself."""


def leading_to(node: Node, at: Span) -> Iterator[Start]:
    """From where the place ``at`` of the function is reached, the nearest entries first."""
    yield from _starts(node, at, None)
    seen = {id(node)}
    queue = deque([node])
    while queue:
        here = queue.popleft()
        for caller, step in here.callers:
            if caller.entries:
                yield from _starts(caller, caller.function.at(step.node), here.function)
            if id(caller) not in seen:
                seen.add(id(caller))
                queue.append(caller)


def _starts(node: Node, at: Span, called: Function | None) -> Iterator[Start]:
    for entry in node.entries.values():
        yield Start(entry, node.function, at, called)
