"""What a part of the code binds that may not run, and what a name stands for afterwards.

Within a branch its own bindings count. Where branches meet again, a name stands for what all of
those that get there leave it as; see `frames.join`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.following.language.outcomes import FALLS_THROUGH, Outcome
from fastlint.model.following.values import Value

if TYPE_CHECKING:
    from fastlint.facts import tree
    from fastlint.model.following.frames import Frame

Key = tuple[int, str]
State = dict[Key, tuple["Frame", "Value | None"]]
"""Names by frame, and what each stands for; None for one that is not bound."""


class Changes:
    """The names that were bound since a branch or a loop began, with what they were before."""

    __slots__ = ("before", "outer")

    def __init__(self, outer: Changes | None) -> None:
        self.before: State = {}
        self.outer = outer

    def note(self, frame: Frame, name: str) -> None:
        """``name`` is about to be bound in ``frame``."""
        key = (id(frame), name)
        if key not in self.before:
            self.before[key] = (frame, frame.namespace.get(name))

    def now(self) -> State:
        """What the names stand for now."""
        return {
            key: (frame, frame.namespace.get(key[1])) for key, (frame, _) in self.before.items()
        }

    def undo(self) -> State:
        """Forget the bindings; gives what the names stood for."""
        found: State = {}
        for key, (frame, before) in self.before.items():
            found[key] = (frame, frame.namespace.get(key[1]))
            _put(frame, key[1], before)
        return found

    def hand_on(self) -> None:
        """The bindings stay: they are also made since whatever is around began."""
        if self.outer is not None:
            for key, each in self.before.items():
                self.outer.before.setdefault(key, each)


def _put(frame: Frame, name: str, value: Value | None) -> None:
    if value is None:
        frame.namespace.pop(name, None)
    else:
        frame.namespace[name] = value


def opened(frame: Frame) -> Changes:
    """From now on it is noted what is bound; until `closed`."""
    changes = frame.changes = Changes(frame.changes)
    frame.machine.changes.append(changes)
    return changes


def closed(frame: Frame, changes: Changes) -> None:
    """The end of what was `opened`."""
    frame.changes = changes.outer
    frame.machine.changes.pop()


def since(frame: Frame, start: Changes) -> State:
    """What the names stand for now that were bound since ``start`` was opened."""
    found: State = {}
    changes = frame.changes
    while changes is not None:
        found.update(changes.now())
        if changes is start:
            break
        changes = changes.outer
    return found


class Alternative(msgspec.Struct, frozen=True):
    """How a block ends that may run, and what it leaves the names as."""

    ends: Outcome
    state: State


NOTHING_DONE = Alternative(FALLS_THROUGH, {})


def alternative(
    body: list[tree.Stmt], frame: Frame, name: str = "", value: Value | None = None
) -> Alternative:
    """Follow a block that may not run, for itself: its names are not seen outside of it.

    ``value`` is what ``name`` is there known to stand for.
    """
    if not body and value is None:
        return NOTHING_DONE
    machine = frame.machine
    changes = opened(frame)
    machine.doubts += 1
    try:
        if value is not None:
            frame.rebind(name, value)
        ends = machine.follow(body, frame)
    finally:
        machine.doubts -= 1
        closed(frame, changes)
        state = changes.undo()
    return Alternative(ends, state)


def settled(frame: Frame, alternatives: Sequence[Alternative]) -> Outcome:
    """One of these has run: how that ends, and what is known of the names from here on."""
    ends, is_bound = 0, False
    for each in alternatives:
        ends |= each.ends
        is_bound = is_bound or bool(each.state)
    if is_bound:
        meet(frame, [each.state for each in alternatives if each.ends & FALLS_THROUGH])
    return ends


def meet(frame: Frame, states: Sequence[State]) -> None:
    """The names are as one of the states has them; what a state does not name it has not bound."""
    named: State = {}
    for state in states:
        named.update(state)
    for key, (owner, _) in named.items():
        now = (owner, owner.namespace.get(key[1]))
        values = [state.get(key, now)[1] for state in states]
        if frame.changes is not None:
            frame.changes.note(owner, key[1])
        _put(owner, key[1], owner.either(values))


def branch(body: list[tree.Stmt], frame: Frame) -> Outcome:
    """Follow a block that may not run."""
    return settled(frame, (alternative(body, frame), NOTHING_DONE))


def possibly(body: list[tree.Stmt], frame: Frame) -> Outcome:
    """Follow what comes after a statement that may have left the block: there, all of it counts."""
    machine = frame.machine
    machine.doubts += 1
    try:
        return machine.follow(body, frame) if body else FALLS_THROUGH
    finally:
        machine.doubts -= 1
