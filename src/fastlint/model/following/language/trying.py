"""``try`` and ``raise``: which handler an exception that is seen to be raised comes to.

What code from outside the project raises nobody sees: a handler that nothing is seen to come to may
run, and what it registers is possible.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.language import failing
from fastlint.model.following.language.changes import Alternative, alternative, possibly, settled
from fastlint.model.following.language.outcomes import FALLS_THROUGH, RAISES, Outcome
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    External,
    Instance,
    Items,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


_IMPORT_ERROR = External("builtins.ImportError")
_NOT_FOUND = External("builtins.ModuleNotFoundError")


def follow_raise(s: tree.Raise, frame: Frame) -> Outcome:
    """``raise exc from cause``"""
    value = UNKNOWN if s.exc is None else evaluate(s.exc, frame)
    if s.cause is not None:
        evaluate(s.cause, frame)
    if frame.watch is not None:
        frame.watch.raises.append((s, value))
    elif frame.machine.tries:
        frame.machine.raised.append(value)
    return RAISES


def suppressed(caught: Value, follow: Callable[[], Outcome], frame: Frame) -> Outcome:
    """``with suppress(…)``: a body after which things go on, whatever of it is raised."""
    machine = frame.machine
    before = len(machine.raised)
    machine.tries += 1
    try:
        ends = follow()
    finally:
        machine.tries -= 1
    raised = machine.raised[before:]
    if not ends & RAISES:
        return ends
    del machine.raised[before:]
    answers = [catches(caught, each, machine) for each in raised]
    if False not in answers and None not in answers:
        return ends & ~RAISES | FALLS_THROUGH
    machine.raised.extend(raised)
    return ends | FALLS_THROUGH if ends != RAISES or None in answers else ends


def follow_try(s: tree.Try, frame: Frame) -> Outcome:
    """``try``, its handlers, ``else`` and ``finally``"""
    ends = _guarded(s, frame)
    if not s.final:
        return ends
    at_end = frame.machine.follow(s.final, frame)
    return ends | at_end & ~FALLS_THROUGH if at_end & FALLS_THROUGH else at_end


def _guarded(s: tree.Try, frame: Frame) -> Outcome:
    machine = frame.machine
    caught = [_caught(each, frame) for each in s.handlers]
    before = len(machine.raised)
    is_guarded = any(not _raises(each.body) for each in s.handlers) and frame.watch is None
    machine.tries += is_guarded
    try:
        ends = _body(s, caught, frame) if is_guarded else machine.follow(s.body, frame)
    finally:
        machine.tries -= is_guarded
    raised = machine.raised[before:]
    if is_guarded:
        del machine.raised[before:]
    if is_guarded and ends == RAISES and len(raised) == 1:
        return _handled(s, caught, raised[0], frame)
    if ends & FALLS_THROUGH and s.orelse:
        is_sure = ends == FALLS_THROUGH and not (is_guarded and _may_fail(s, caught, frame))
        follow = machine.follow if is_sure else possibly
        ends = ends & ~FALLS_THROUGH | follow(s.orelse, frame)
    others = [
        _alternative(each, error, frame) for each, error in zip(s.handlers, caught, strict=True)
    ]
    is_seen = bool(raised) or not ends & FALLS_THROUGH
    if not is_seen:  # nothing says that anything is raised: if it is, it may be the end of all
        others = [Alternative(each.ends & FALLS_THROUGH, each.state) for each in others]
    own = Alternative(ends & ~RAISES if raised and is_guarded else ends, {})
    return settled(frame, (*others, own))


def _body(s: tree.Try, caught: list[Value], frame: Frame) -> Outcome:
    """What stands behind something that a handler is there for is possible, as the handler is."""
    machine = frame.machine
    for at, each in enumerate(s.body[:-1], start=1):
        if _is_expected(each, s, caught, frame):
            ends = machine.follow(s.body[:at], frame)
            if not ends & FALLS_THROUGH:
                return ends
            return ends & ~FALLS_THROUGH | possibly(s.body[at:], frame)
    return machine.follow(s.body, frame)


def _is_expected(
    statement: tree.Stmt, s: tree.Try, caught: list[Value], frame: Frame
) -> External | None:
    """The exception that the statement may raise and that a handler is there for."""
    for error in failing.expected(statement, frame):
        for handler, each in zip(s.handlers, caught, strict=True):
            if handler.caught is None or catches(each, error, frame.machine):
                return error
    return None


def _may_fail(s: tree.Try, caught: list[Value], frame: Frame) -> bool:
    """Whether ``else`` may be passed by."""
    if any(_is_expected(each, s, caught, frame) for each in s.body):
        return True
    only_imports = all(each in (_IMPORT_ERROR, _NOT_FOUND) for each in caught)
    return not only_imports and any(failing.calls_out(each, frame) for each in s.body)


def _handled(s: tree.Try, caught: list[Value], raised: Value, frame: Frame) -> Outcome:
    """The handlers that an exception can come to which certainly is raised."""
    possible: list[Alternative] = []
    for handler, error in zip(s.handlers, caught, strict=True):
        answer = True if handler.caught is None else catches(error, raised, frame.machine)
        if answer is False:
            continue
        if answer and not possible:
            _bind(handler, error, frame)
            return frame.machine.follow(handler.body, frame)
        possible.append(_alternative(handler, error, frame))
        if answer:
            return settled(frame, possible)
    frame.machine.raised.append(raised)
    return settled(frame, (*possible, Alternative(RAISES, {})))


def _alternative(handler: tree.Handler, error: Value, frame: Frame) -> Alternative:
    _bind(handler, error, frame)
    return alternative(handler.body, frame)


def _caught(handler: tree.Handler, frame: Frame) -> Value:
    return UNKNOWN if handler.caught is None else evaluate(handler.caught, frame)


def _bind(handler: tree.Handler, error: Value, frame: Frame) -> None:
    if handler.name:
        frame.bind(handler.name, types.instance_of(error, frame.machine))


def _raises(body: list[tree.Stmt]) -> bool:
    """Whether the exception, or another one, gets out of the handler all the same."""
    return bool(body) and isinstance(body[-1], tree.Raise)


def catches(caught: Value, raised: Value, machine: Machine) -> bool | None:
    """Whether ``except caught`` takes what was raised; None where that is not known."""
    if isinstance(caught, Items):
        answers = [catches(each, raised, machine) for each in caught.items]
        return True if True in answers else None if None in answers or caught.open else False
    error = raised.cls if isinstance(raised, Instance) else raised
    bases = error.mro() if isinstance(error, ClassValue) else (error,)
    if any(base is caught or base == caught for base in bases):
        return True
    kinds = [_python_class(base) for base in bases]
    wanted = _python_class(caught)
    if wanted is not None and any(kind and issubclass(kind, wanted) for kind in kinds):
        return True
    if isinstance(error, ClassValue) and not error.is_whole:
        return None
    is_known = all(
        kind is not None or isinstance(base, ClassValue)
        for kind, base in zip(kinds, bases, strict=True)
    )
    return False if is_known and isinstance(caught, ClassValue | External) else None


def _python_class(value: Value) -> type[BaseException] | None:
    """The exception of Python's own that a value stands for."""
    if not isinstance(value, External) or not value.name.startswith("builtins."):
        return None
    found = getattr(builtins, value.name.removeprefix("builtins."), None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
