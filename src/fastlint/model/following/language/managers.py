"""``with``: the body stands where the managers of the project have it."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following import classes, types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame, Iterated
from fastlint.model.following.language import generators, trying
from fastlint.model.following.language.outcomes import Outcome
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Coroutine,
    External,
    Instance,
    Items,
    RouterValue,
    Unknown,
    Value,
)

_SUPPRESS = External("contextlib.suppress()")


def follow_with(s: tree.With, frame: Frame) -> Outcome:
    """``with manager as target``"""
    return _entered(s, 0, frame)


def _entered(s: tree.With, at: int, frame: Frame) -> Outcome:
    """What stands inside of the manager at this place; the others come first."""
    if at == len(s.items):
        return frame.machine.follow(s.body, frame)
    item = s.items[at]
    value = evaluate(item.context, frame)
    if frame.watch is not None:
        frame.watch.entered.append(Iterated(item.context, value, s.is_async))
    elif generators.is_waiting(value):
        return _managed(s, at, value, frame)
    elif isinstance(value, Instance) and value.cls == _SUPPRESS:
        caught = Items("tuple", list(value.args))
        return trying.suppressed(caught, lambda: _entered(s, at + 1, frame), frame)
    elif isinstance(value, Instance | RouterValue):
        return _own_manager(s, at, value, frame)
    if item.target is not None:
        frame.machine.assign(item.target, types.entered(value, frame.machine), frame)
    return _entered(s, at + 1, frame)


def _managed(s: tree.With, at: int, value: Value, frame: Frame) -> Outcome:
    """The body stands where the function under ``@contextmanager`` yields."""
    target = s.items[at].target
    ends: Outcome = 0

    def turn(item: Value, _: bool) -> bool:  # noqa: FBT001 - as a Turn is called
        nonlocal ends
        if target is not None:
            frame.machine.assign(target, item, frame)
        ends |= _entered(s, at + 1, frame)
        return True

    entered = types.entered(value, frame.machine)
    generators.play(value, turn, frame.machine)
    if not ends:
        turn(entered, True)
    return ends


def _own_manager(s: tree.With, at: int, value: Instance | RouterValue, frame: Frame) -> Outcome:
    """An object whose class in the project says what is done at both ends."""
    machine = frame.machine
    target = s.items[at].target
    before = types.entered(value, machine)
    found = _run_method(value, ("__enter__", "__aenter__"), [], s, frame)
    if target is not None:
        given = before if found is None or isinstance(found, Unknown) else found
        machine.assign(target, given, frame)
    answer = _entered(s, at + 1, frame)
    _run_method(value, ("__exit__", "__aexit__"), [NONE, NONE, NONE], s, frame)
    return answer


def _run_method(
    owner: Instance | RouterValue,
    names: tuple[str, str],
    args: list[Value],
    s: tree.With,
    frame: Frame,
) -> Value | None:
    """Call the one of the methods that the project defines."""
    if not isinstance(owner.cls, ClassValue):
        return None
    for name in names:
        if classes.method(owner.cls, name) is not None:
            method = frame.machine.attribute(owner, name)
            result = frame.machine.call(method, args, {}, s, frame)
            return result.result if isinstance(result, Coroutine) else result
    return None
