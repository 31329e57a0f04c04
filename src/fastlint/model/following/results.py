"""What a call gives of a function that is only looked at: what each call of it does, or this one.

Most functions give the same kind of thing whoever calls them. Where they say less than that, what
this call brings along is looked at: it may be a registry that is asked for a constant, or a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.model.following import contexts, switches, type_variables
from fastlint.model.following.choices import awaited
from fastlint.model.following.objects import concrete
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Coroutine,
    FunctionValue,
    Instance,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def of_call(
    machine: Machine,
    function: FunctionValue,
    args: Sequence[Value],
    keywords: dict[str, Value],
) -> Value:
    """``function(*args, **keywords)``"""
    known = machine.result_of(function)
    made = awaited(known)
    # What is not known, or remembers what it was made with, is another thing for each caller.
    is_open = isinstance(known, FunctionValue) or known in (UNKNOWN, Coroutine(UNKNOWN))
    if is_open or _may_be_told_by_class(made, args, keywords) or concrete.is_as_made(made):
        brought = contexts.given(function, args, keywords)
    elif _is_left_open(machine, made) or _is_asked_for(made, function, args, keywords):
        brought = contexts.brought(function, args, keywords)
    else:
        return known
    return machine.result_of(function, brought) if brought else known


def _is_left_open(machine: Machine, made: Value) -> bool:
    """Whether it is one of several objects or classes, as a registry gives them.

    By what it is given, the function may know which.
    """
    if isinstance(made, ClassValue):
        return True
    if not isinstance(made, Instance):
        return False
    is_declared = made.span is None and not made.made
    has_derived = is_declared and id(made.cls) in machine.derived
    return has_derived or bool(made.others) or concrete.only_declares(made)


def _is_asked_for(
    made: Value, function: FunctionValue, args: Sequence[Value], keywords: dict[str, Value]
) -> bool:
    """Whether it may be a test, and the call itself says what the function's tests ask for."""
    if not switches.may_be_asked_for(made):
        return False
    given = contexts.given(function, args, keywords)
    return any(map(switches.is_switch, given.values()))


def _may_be_told_by_class(made: Value, args: Sequence[Value], keywords: dict[str, Value]) -> bool:
    """``load(User, 1)``: what comes back may be an object of the class that is given."""
    is_given = any(isinstance(each, ClassValue) for each in (*args, *keywords.values()))
    return is_given and type_variables.is_unclear(made)
