"""``getattr``: attributes that are asked for by a name that the code works out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.choices import is_callable, one_of
from fastlint.model.following.fastapi import web
from fastlint.model.following.outside import Call
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    RouterMethod,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def getattr_(about: Call) -> Value:
    """``getattr(owner, name)``, with or without a default."""
    match about.args:
        case [owner, Const(value=str(name)), *rest]:
            found = about.machine.attribute(owner, name)
            declared = isinstance(owner, ClassValue) and isinstance(found, Instance)
            if declared and not _is_bound_in(owner, name):
                found = UNKNOWN  # an annotation alone gives the class no attribute
            if not isinstance(found, Unknown):
                return found
            if rest and _surely_lacks(owner, name, about.machine):
                return rest[0]
        case [RouterValue() as router, *_]:
            return RouterMethod(router, web.SOME_METHOD)
    if about.machine.watching and (fitting := _fitting(about)):
        return one_of(fitting)
    default = about.args[2] if about.args[2:] else NONE
    if isinstance(default, Const):  # it may have the attribute after all
        default = replace(default, settable=True)
    return default if default != NONE else UNKNOWN


def _fitting(about: Call) -> list[Value]:
    """The methods or functions whose names begin and end as an f-string does."""
    owner, *rest = about.args
    match about.node:
        case tree.Call(
            args=[_, tree.FString(parts=[tree.Constant(value=str(start)), *others]), *_]
        ):
            last = others[-1] if others else None
            end = str(last.value) if isinstance(last, tree.Constant) else ""
            names = _functions(owner, about.machine)
            fitting = [name for name in names if _fits(name, start, end)]
            found = [about.machine.attribute(owner, name) for name in fitting]
            return [*found, *filter(is_callable, rest[1:])]
    return []


def _fits(name: str, start: str, end: str) -> bool:
    return name.startswith(start) and name[len(start) :].endswith(end)


def _functions(owner: Value, machine: Machine) -> Iterable[str]:
    """The names of the functions that an object's class, or a module, defines itself."""
    cls = owner.cls if isinstance(owner, Instance) else owner
    if isinstance(cls, ClassValue):
        return dict.fromkeys(each.facts.name for each in classes.methods(cls))
    if isinstance(owner, ModuleValue):
        names = machine.run_module(owner.path).namespace
        return [name for name, value in names.items() if isinstance(value, FunctionValue)]
    return ()


def _surely_lacks(owner: Value, name: str, machine: Machine) -> bool:
    """Whether a module of the project, or a function, has no attribute of that name."""
    if isinstance(owner, FunctionValue):
        is_plain = not any(isinstance(by, External) for by in owner.decorators)
        return is_plain and not name.startswith("__") and name not in owner.attributes
    if not isinstance(owner, ModuleValue) or owner.path in machine.running:
        return False
    names = machine.run_module(owner.path)
    return not names.open and name not in names.namespace and "__getattr__" not in names.namespace


def _is_bound_in(cls: Value, name: str) -> bool:
    return isinstance(cls, ClassValue) and any(
        name in base.namespace.namespace if isinstance(base, ClassValue) else True
        for base in cls.mro()
    )
