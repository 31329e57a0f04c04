"""The text that a value is, or that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following.classes import is_subclass
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.values import ClassValue, Const, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


def as_text(value: Value) -> str | None:
    """The text that a value is, where that is known: a constant, or a member that is text."""
    if isinstance(value, Const) and isinstance(value.value, str | int):
        return str(value.value)
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        inner = value.attributes.get("value")
        is_text = is_subclass(value.cls, "builtins.str", "enum.StrEnum")
        if is_text and isinstance(inner, Const) and isinstance(inner.value, str):
            return inner.value
    return None


def formatted(value: Value, machine: Machine, *, by_str: bool = False) -> str | None:
    """What an f-string (or ``str()``) makes of the value, where that is known.

    Of a member of ``class E(str, Enum)`` f-strings make its value before Python 3.11, and ``E.A``
    since; `enum.StrEnum` and its like give the value in any case, and ``__str__`` decides itself.
    """
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
        return as_text(value)
    if not is_enum(value.cls):
        return None
    for name in ("__str__",) if by_str else ("__format__", "__str__"):
        method = machine.attribute(value, name)
        if isinstance(method, FunctionValue):
            arguments: list[Value] = [Const("")] if name == "__format__" else []
            inside = method.closure
            return as_text(machine.call(method, arguments, {}, method.facts, inside))
    inner, own = value.attributes.get("value"), value.attributes.get("name")
    if is_subclass(value.cls, "enum.StrEnum", "enum.IntEnum", "enum.ReprEnum"):
        return as_text(inner) if inner is not None else None
    mixed = is_subclass(value.cls, "builtins.str", "builtins.int")
    if (by_str or not mixed) and isinstance(own, Const):
        return f"{value.cls.node.name}.{own.value!s}"
    return None
