"""Enumerations: their members, as Python makes them of the class body."""

from __future__ import annotations

from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Instance,
    Items,
    Value,
)

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_AUTO = External("enum.auto()")


def is_enum(cls: ClassValue) -> bool:
    """Whether the class is an enumeration."""
    return any(name in _ENUMS for name in cls.outside)


def member(cls: ClassValue, name: str, value: Value) -> Instance | None:
    """The member that ``name = value`` in the class body makes; None for what makes none."""
    if name.startswith("_"):
        return None
    if isinstance(value, Instance) and value.cls == _AUTO:
        texts = any(base == External("enum.StrEnum") for base in cls.mro())
        value = Const(name.lower()) if texts else UNKNOWN
    elif not isinstance(value, Const | Items):
        return None
    return Instance(cls, {"value": value, "name": Const(name)})


def members(cls: ClassValue) -> list[Instance]:
    """All members in the order of the class body; an alias counts as a member."""
    found = (member(cls, name, value) for name, value in cls.namespace.namespace.items())
    return [each for each in found if each is not None]


def by_value(cls: ClassValue, value: Value) -> Instance | None:
    """``cls(value)``: the member that has the value; None where that is not known."""
    found = [each for each in members(cls) if each.attributes["value"] == value]
    return found[0] if found and isinstance(value, Const) and not value.settable else None
