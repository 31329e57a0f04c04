"""What a type leaves open in a call: ``get(cls: type[T]) -> T``, ``-> tuple[A, object]``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fastlint.model.following import generic_classes, types
from fastlint.model.following.frames import join
from fastlint.model.following.generic_classes import is_variable
from fastlint.model.following.values import (
    UNKNOWN,
    AnnotatedType,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_TYPE = (External("builtins.type"), External("typing.Type"))
_SELF = (External("typing.Self"), External("typing_extensions.Self"))


def is_unclear(value: Value) -> bool:
    """Whether the value says nothing of its class: also what code from elsewhere gives."""
    if isinstance(value, Instance):
        return isinstance(value.cls, External) and value.cls.name.endswith("()")
    return isinstance(value, Unknown) and not value.choices


def result(
    declared: Value, function: FunctionValue, given: Mapping[str, Value], machine: Machine
) -> Value:
    """An object of the class that ``declared`` stands for in a call with what is ``given``."""
    said = filled(declared, function, given, machine)
    return UNKNOWN if said is declared else types.instance_of(said, machine)


def in_parts(declared: Value, given: Iterable[Value], machine: Machine) -> Value:
    """A declared ``tuple[A, object]`` with what the code gives where the type says nothing."""
    if not isinstance(declared, Instance) or not isinstance(declared.cls, External):
        return declared
    if declared.cls.name not in types.TUPLES or not any(map(types.says_nothing, declared.types)):
        return declared
    size = len(declared.types)
    rows = [e.items for e in given if isinstance(e, Items) and len(e.items) == size and not e.open]
    found: list[Value] = []
    for at, part in enumerate(declared.types):
        value = types.instance_of(part, machine)
        for row in rows if types.says_nothing(part) else ():
            value = join(value, row[at])
        found.append(value)
    return Items("tuple", found)


def filled(
    declared: Value, function: FunctionValue, given: Mapping[str, Value], machine: Machine
) -> Value:
    """The type with classes in the place of its variables; itself where nothing is put there."""
    if declared in _SELF:
        return _class_of(function.bound) or declared
    if is_variable(declared):
        said = _argument(declared, function, given, machine)
        of_class = generic_classes.of_object(declared, function.bound, function.owner)
        return said or of_class or declared
    if isinstance(declared, AnnotatedType):
        return filled(declared.base, function, given, machine)
    parts = declared.args if isinstance(declared, Subscripted) else ()
    parts = declared.members if isinstance(declared, UnionType) else parts
    found = tuple(filled(each, function, given, machine) for each in parts)
    if all(new is old for new, old in zip(found, parts, strict=True)):
        return declared
    if isinstance(declared, Subscripted):
        return Subscripted(declared.origin, found)
    return UnionType(found)


def _argument(
    variable: Value, function: FunctionValue, given: Mapping[str, Value], machine: Machine
) -> Value | None:
    """The class that the call gives for a variable: by ``type[T]``, or by an object that is a T."""
    params = function.facts.params
    for position, param in enumerate(params):
        if param.annotation is None:
            continue
        is_receiver = position == 0 and function.facts.is_method and function.bound is not None
        value = function.bound if is_receiver else given.get(param.name)
        if value is None:
            continue
        declared = machine.evaluate(param.annotation, function.scope)
        if isinstance(declared, Subscripted) and declared.origin in _TYPE:
            declared = declared.args[0] if declared.args else UNKNOWN
        if declared is variable:
            return _class_of(value)
    return None


def _class_of(value: Value | None) -> ClassValue | None:
    if isinstance(value, ClassValue):
        return value
    return value.cls if isinstance(value, Instance) and isinstance(value.cls, ClassValue) else None
