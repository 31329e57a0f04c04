"""Generators of the project, followed where they are gone through: a turn for each ``yield``.

What stands before a ``yield`` is done before the turn, what stands after it once the turn is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import classes, types
from fastlint.model.following.budget import Pause
from fastlint.model.following.frames import Frame
from fastlint.model.following.language import binding
from fastlint.model.following.values import (
    UNKNOWN,
    Const,
    FunctionValue,
    Instance,
    Items,
    Partial,
    Value,
)

if TYPE_CHECKING:
    from fastlint.findings import Span
    from fastlint.model.following.machine import Machine

_CALL = "__started__"
"""The attribute with the call that made the generator, until somebody goes through it."""
_ALL = "__yielded__"
"""The attribute with all that it gave to who asked for everything at once."""
Turn = Callable[[Value, bool], bool]
"""Is given what is yielded, and whether it certainly is; False where that is enough."""


def started(
    function: FunctionValue,
    args: Sequence[Value],
    keywords: dict[str, Value],
    machine: Machine,
    span: Span,
) -> Value:
    """What calling the generator function gives: nothing of its body is followed yet."""
    made = machine.result_of(function)
    if not isinstance(made, Instance):
        return made
    call = Partial(function, tuple(args), tuple(keywords.items()))
    made = Instance(made.cls, {**made.attributes, _CALL: call}, made.args, types=made.types)
    machine.started.append((made, span))
    return made


def is_waiting(value: Value) -> bool:
    """Whether it is a generator, or a context manager made of one, that was not gone through."""
    return isinstance(value, Instance) and _CALL in value.attributes


def play(value: Value, turn: Turn, machine: Machine) -> bool:
    """Go through the generator; False where that was not possible to the end."""
    call = value.attributes.get(_CALL) if isinstance(value, Instance) else None
    if not isinstance(value, Instance) or not isinstance(call, Partial) or machine.watching:
        return False
    function = call.function
    if not isinstance(function, FunctionValue):
        return False
    del value.attributes[_CALL]
    given = [*([] if function.bound is None else [function.bound]), *call.args]
    keywords = dict(call.keywords)
    pause = Pause(machine.budget)

    def receive(item: Value, is_sure: bool) -> bool:  # noqa: FBT001 - as a Turn is called
        with pause.turn():
            return turn(item, is_sure)

    aside = not binding.builds(machine, function, [*given, *keywords.values()])
    with machine.following(function, aside=aside) as go_on:
        if not go_on:
            return False
        inner = Frame(machine, function.path, function.closure, function=function)
        bound = binding.bind(function, given, keywords)
        inner.namespace.update(bound)
        inner.receive = receive
        ends = machine.follow(tree.statements(function.facts), inner)
        is_whole = machine.budget.left > 0
    pause.end()
    machine.escapes(ends)
    return is_whole


def yielded(value: Value) -> list[Value] | None:
    """All that a generator gives, for who asks for everything at once; None if nobody can say."""
    if not isinstance(value, Instance):
        return None
    found = value.attributes.get(_ALL)
    call = value.attributes.get(_CALL)
    if found is None and isinstance(call, Partial) and isinstance(call.function, FunctionValue):
        machine = call.function.closure.machine
        if machine.watching:
            return None
        items = Items("list", [])

        def turn(item: Value, is_sure: bool) -> bool:  # noqa: FBT001 - as a Turn is called
            if not is_sure:
                machine.possible[id(item)] = item
            items.items.append(item)
            return True

        items.open = not play(value, turn, machine)
        found = value.attributes[_ALL] = items
    return types.iterate(found) if isinstance(found, Items) else None


def hand_out(item: Value, is_sure: bool, frame: Frame) -> None:  # noqa: FBT001 - as a Turn is called
    """``yield item`` in a generator that somebody goes through."""
    if frame.receive is not None and not frame.is_closed:
        frame.is_closed = not frame.receive(item, is_sure)


def delegate(value: Value, frame: Frame) -> None:
    """``yield from value``"""
    is_certain = frame.is_certain

    def turn(item: Value, is_sure: bool) -> bool:  # noqa: FBT001 - as a Turn is called
        hand_out(item, is_sure and is_certain, frame)
        return not frame.is_closed

    if is_waiting(value):
        if play(value, turn, frame.machine):
            return
    elif (items := types.iterate(value)) is not None:
        for item in items:
            hand_out(item, is_certain, frame)
        return
    hand_out(UNKNOWN, False, frame)


def forget(value: Value, machine: Machine) -> None:
    """Nobody in the project is to be seen going through this one."""
    machine.started = [each for each in machine.started if each[0] is not value]


def unfollowed(machine: Machine) -> list[str]:
    """Of the generators that build something, those that nobody was seen to go through."""
    return [
        f"{span.path}:{span.line}: `{_name(made)}` was not seen to be gone through:"
        " what it registers is not known"
        for made, span in machine.started
        if is_waiting(made) and _builds(made)
    ]


def _builds(made: Instance) -> bool:
    function = made.args[0] if made.args else None
    return isinstance(function, FunctionValue) and classes.makes_routers(function)


def _name(made: Instance) -> str:
    function = made.args[0] if made.args else Const("")
    return function.facts.name if isinstance(function, FunctionValue) else ""
