"""Loops, turn by turn, and the ways out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following import types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.fastapi import routeobjects
from fastlint.model.following.frames import Frame, Iterated
from fastlint.model.following.language import generators
from fastlint.model.following.language.changes import State, closed, meet, opened, possibly, since
from fastlint.model.following.language.conditions import Answer, decide
from fastlint.model.following.language.outcomes import (
    BREAKS,
    FALLS_THROUGH,
    GOES_ON,
    LEAVES_LOOP,
    RAISES,
    RETURNS,
    Outcome,
)
from fastlint.model.following.values import UNKNOWN, Items, Unknown, Value

if TYPE_CHECKING:
    from fastlint.model.following.language.changes import Changes

_MOST_TURNS = 300
_LAST_ITEM = Unknown("which turn of a loop was the last one is not known")


class Loop:
    """One loop while it is followed: how its turns have ended so far."""

    __slots__ = ("broken", "changes", "continued", "doubts", "frame", "is_over", "outer", "ways")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.outer, frame.loop = frame.loop, self
        self.changes: Changes = opened(frame)
        self.ways: Outcome = 0
        """The ways in which a turn may have left the loop."""
        self.broken: list[State] = []
        self.continued: list[State] = []
        """What the names stood for at each `break`, and at each `continue` of the turn."""
        self.doubts = 0
        """How many turns may have been the last one."""
        self.is_over = False
        """Whether the loop is certainly left before its end."""

    def jump(self, kind: str) -> None:
        """A ``break`` or ``continue`` is met."""
        met = self.broken if kind == "break" else self.continued
        met.append(since(self.frame, self.changes))

    def turn(self, body: list[tree.Stmt], *, sure: bool) -> bool:
        """Follow a turn; True when the loop certainly ends there.

        The item of a turn that is not ``sure`` may not be there; what the turn binds it binds.
        """
        frame, machine = self.frame, self.frame.machine
        self.continued = []
        machine.doubts += not sure
        try:
            ends = machine.follow(body, frame)
        finally:
            machine.doubts -= not sure
        if self.continued:
            now = [since(frame, self.changes)] if ends & FALLS_THROUGH else []
            self._meet([*self.continued, *now])
        self.ways |= ends & LEAVES_LOOP
        if not ends & GOES_ON and sure:
            self.is_over = True
        elif ends & LEAVES_LOOP:
            machine.doubts += 1
            self.doubts += 1
        return self.is_over

    def perhaps(self, body: list[tree.Stmt]) -> None:
        """Follow a turn that stands for those, none or many, of which nothing is known."""
        before = since(self.frame, self.changes)
        self.turn(body, sure=False)
        self._meet([before, since(self.frame, self.changes)])

    def _meet(self, states: list[State]) -> None:
        """As `meet`; what a state does not name was as it had been when the loop began."""
        meet(self.frame, [{**self.changes.before, **state} for state in states])

    def end(self, orelse: list[tree.Stmt]) -> Outcome:
        """Follow the loop's ``else``; gives how the whole statement ends."""
        frame = self.frame
        frame.machine.doubts -= self.doubts
        frame.loop = self.outer
        ends = self.ways & (RETURNS | RAISES)
        states = self.broken
        if not self.is_over:
            at_end = self._followed(orelse)
            ends |= at_end
            if at_end & FALLS_THROUGH:
                states = [*states, since(frame, self.changes)]
        if self.broken:
            self._meet(states)
        closed(frame, self.changes)
        self.changes.hand_on()
        return ends | FALLS_THROUGH if self.ways & BREAKS else ends

    def _followed(self, orelse: list[tree.Stmt]) -> Outcome:
        if not orelse:
            return FALLS_THROUGH
        if self.ways:
            return possibly(orelse, self.frame)
        return self.frame.machine.follow(orelse, self.frame)


def follow_for(s: tree.For, frame: Frame) -> Outcome:
    """``for target in iterable``"""
    iterable = evaluate(s.iterable, frame)
    machine, loop = frame.machine, Loop(frame)
    if frame.watch is not None:
        looped = frame.watch.streams if s.is_async else frame.watch.iterations
        looped.append(Iterated(s.iterable, iterable))
    elif generators.is_waiting(iterable) and _generated(s, iterable, loop):
        return loop.end(s.orelse)
    items = types.iterate(iterable)
    some = isinstance(iterable, Items) and iterable.open and frame.watch is None
    if isinstance(iterable, Items) and some:
        items = iterable.items
    if items is None or frame.watch is not None or len(items) > _MOST_TURNS:
        machine.assign(s.target, types.element_of(iterable, machine), frame)
        loop.perhaps(s.body)
        return loop.end(s.orelse)
    routes = routeobjects.owner(iterable)
    if routes is not None:
        routes.walked += 1
    lists = _gone_through(s.iterable, iterable, frame)
    before = [each.items[:] for each in lists]
    for item in items:
        machine.assign(s.target, item, frame)
        if loop.turn(s.body, sure=not some and machine.is_sure(item)):
            break
        some = some or any(map(_is_changed, lists, before))
    if routes is not None:
        routes.walked -= 1
    if loop.is_over:
        return loop.end(s.orelse)
    if some:
        _others(s, loop)
    if loop.doubts:
        machine.assign(s.target, _LAST_ITEM, frame)
    return loop.end(s.orelse)


_LAZY = ("enumerate", "zip", "map", "filter", "iter", "reversed")


def _gone_through(node: tree.Expr, iterable: Value, frame: Frame) -> list[Items]:
    """The lists that the loop reads its items from turn by turn: a turn may change them."""
    found = [iterable]
    if isinstance(node, tree.Call) and isinstance(node.func, tree.Name) and node.func.id in _LAZY:
        found += [frame.lookup(each.id) for each in node.args if isinstance(each, tree.Name)]
    return [each for each in found if isinstance(each, Items)]


def _is_changed(items: Items, before: list[Value]) -> bool:
    now = items.items
    return len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True))


def _others(s: tree.For, loop: Loop) -> None:
    """The further items, of which nothing is known."""
    loop.frame.machine.assign(s.target, UNKNOWN, loop.frame)
    loop.perhaps(s.body)


def _generated(s: tree.For, iterable: Value, loop: Loop) -> bool:
    """A loop over what a generator yields; False where nobody could go through it."""
    turns, frame = 0, loop.frame

    def turn(item: Value, is_sure: bool) -> bool:  # noqa: FBT001 - as a Turn is called
        nonlocal turns
        turns += 1
        frame.machine.assign(s.target, item, frame)
        return not loop.turn(s.body, sure=is_sure and frame.machine.is_sure(item))

    if generators.play(iterable, turn, frame.machine):
        return True
    if turns:
        _others(s, loop)
    return turns > 0


def follow_while(s: tree.While, frame: Frame) -> Outcome:
    """``while test``, turn by turn as long as the test is known to hold."""
    loop, is_endless = Loop(frame), _is_endless(s)
    for _ in range(_MOST_TURNS):
        is_left_within = frame.watch is not None and _is_true(s.test)
        answer = None if is_left_within else decide(s.test, frame)
        is_looked_at = frame.watch is not None and answer is not None and answer.holds
        if answer is None or answer.settable or is_looked_at:
            _possible_turns(s, loop, answer)
            break
        if not answer.holds or loop.turn(s.body, sure=True):
            break
        if loop.doubts:
            _forget(loop)
            break
        if is_endless and not frame.machine.tries:
            loop.is_over = True
            break
    return loop.end(s.orelse)


def _is_true(test: tree.Expr) -> bool:
    """``while True``"""
    return isinstance(test, tree.Constant) and bool(test.value)


def _is_endless(s: tree.While) -> bool:
    """``while True`` with nothing in it that leaves the loop."""
    return isinstance(s.test, tree.Constant) and not any(
        isinstance(node, tree.Return | tree.Raise)
        or (isinstance(node, tree.Jump) and node.kind == "break")
        for node in walk(s.body)
    )


def _possible_turns(s: tree.While, loop: Loop, answer: Answer | None) -> None:
    """Nobody knows how many there are: the first as things are, another for all that may follow."""
    machine = loop.frame.machine
    registered = machine.budget.registered
    default = answer is not None and answer.holds
    loop.frame.chosen += default
    loop.perhaps(s.body)
    loop.frame.chosen -= default
    if machine.budget.registered > registered and _forget(loop):
        loop.perhaps(s.body)


def _forget(loop: Loop) -> bool:
    """What a turn binds anew is not known after several; True if there is such a name."""
    states = loop.changes.now()
    changed: State = {
        key: (frame, _LAST_ITEM)
        for key, (frame, value) in states.items()
        if value is not loop.changes.before[key][1]
    }
    meet(loop.frame, [changed])
    return bool(changed)
