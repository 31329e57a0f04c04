"""What the variables of a generic class stand for in its objects: ``class Users(Repo[User])``."""

from __future__ import annotations

from fastlint.model.following.values import (
    ClassValue,
    External,
    Instance,
    Subscripted,
    UnionType,
    Value,
)

_GENERIC = (External("typing.Generic"), External("typing.Protocol"))
_DEEPEST = 5
"""Types within one another that are looked into, and bases: a type may name itself."""


def is_variable(declared: Value) -> bool:
    """Whether the value is a ``TypeVar``."""
    return isinstance(declared, Instance) and declared.cls == External("typing.TypeVar")


def filled(
    declared: Value, of: Value | None, owner: ClassValue | None, depth: int = _DEEPEST
) -> Value:
    """A type that stands in the class ``owner``, with what its variables are in an object.

    The type itself where nothing is put there.
    """
    if is_variable(declared):
        return of_object(declared, of, owner) or declared
    if not depth or owner is None or not isinstance(of, Instance):
        return declared  # nothing says what a variable is
    parts = declared.args if isinstance(declared, Subscripted) else ()
    parts = declared.members if isinstance(declared, UnionType) else parts
    found = tuple(filled(each, of, owner, depth - 1) for each in parts)
    if all(new is old for new, old in zip(found, parts, strict=True)):
        return declared
    if isinstance(declared, Subscripted):
        return Subscripted(declared.origin, found)
    return UnionType(found)


def of_object(variable: Value, of: Value | None, owner: ClassValue | None) -> Value | None:
    """What a variable of the class ``owner`` stands for in an object.

    None where neither the object's class nor what is declared of the object says it.
    """
    if owner is None or not isinstance(of, Instance) or not isinstance(of.cls, ClassValue):
        return None
    found = _passed(variable, of.cls, owner)
    if found is not None and is_variable(found) and of.types:
        return _at(found, of.cls, of.types)
    return None if found is None or is_variable(found) else found


def _passed(
    variable: Value, cls: ClassValue, owner: ClassValue, depth: int = _DEEPEST
) -> Value | None:
    """What a class says of a variable of one of its bases; a variable of its own it may pass on."""
    if cls is owner:
        return variable
    for base in cls.bases if depth else ():
        origin = base.origin if isinstance(base, Subscripted) else base
        if not isinstance(origin, ClassValue):
            continue
        found = _passed(variable, origin, owner, depth - 1)
        if found is None or not is_variable(found):
            if found is not None:
                return found
            continue
        return _at(found, origin, base.args) if isinstance(base, Subscripted) else None
    return None


def _at(variable: Value, cls: ClassValue, args: tuple[Value, ...]) -> Value | None:
    """Of the arguments that a generic class is given the one that stands for a variable."""
    own = _variables(cls)
    place = next((at for at, each in enumerate(own) if each is variable), None)
    return args[place] if place is not None and place < len(args) else None


def _variables(cls: ClassValue) -> list[Value]:
    """The variables of a class in their order: as ``Generic[…]`` says, else as its bases do."""
    found: list[Value] = []
    for base in cls.bases:
        given = base.args if isinstance(base, Subscripted) else ()
        own = [each for each in given if is_variable(each)]
        if isinstance(base, Subscripted) and base.origin in _GENERIC:
            return own
        found += [each for each in own if not any(each is other for other in found)]
    return found
