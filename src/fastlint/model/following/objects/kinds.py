"""Of which class something is: what ``isinstance`` and ``issubclass`` say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fastlint.model.following.fastapi.routeobjects import RouteObject
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    ModuleValue,
    Package,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_ROUTERS = {"fastapi.APIRouter": False, "fastapi.FastAPI": True}
_PLAIN = frozenset(
    f"builtins.{name}"
    for name in ("str", "int", "float", "bool", "bytes", "list", "tuple", "set", "dict")
)
"""Classes of which no class, function or router is an object."""
_NEVER_MADE = (ClassValue, Const, External, FunctionValue, ModuleValue, Package)
"""What no class of the project has made."""
_NO_ROUTERS = sys.stdlib_module_names | {
    "loguru", "pydantic", "pydantic_settings", "sqlalchemy", "sqlmodel", "structlog"
}  # fmt: skip
"""Packages whose classes are surely neither apps nor routers."""


def is_a(value: Value, wanted: Value, machine: Machine) -> bool | None:
    """Whether ``value`` is an object of the class ``wanted``; None where that is not known."""
    name = wanted.name if isinstance(wanted, External) else ""
    if isinstance(value, RouteObject):
        return value.is_a(name) if name.startswith(("fastapi.", "starlette.")) else None
    if isinstance(value, RouterValue):
        if name in _ROUTERS:
            return value.is_app is _ROUTERS[name]
        return value.cls is not None and any(base is wanted for base in value.cls.mro())
    if isinstance(wanted, ClassValue) and _is_of_another_making(value):
        return None if _counts_others(wanted) or _is_pythons(wanted) else False
    if isinstance(value, ClassValue | FunctionValue) and name in _PLAIN:
        return False
    if name in _PLAIN and isinstance(value, Const | Items | Mapping):
        return name.removeprefix("builtins.") in _kinds(value)
    if isinstance(value, Instance) and name in _ROUTERS and _is_no_router(value):
        return False
    if isinstance(value, Instance) and isinstance(value.cls, ClassValue):
        return _is_made_as(value, value.cls, wanted, machine)
    if isinstance(value, Unknown | Instance):  # of a class from outside, which nobody knows
        return None
    return False if name in _ROUTERS else None


def is_below(value: Value, wanted: Value, machine: Machine) -> bool | None:
    """Whether a class derives from another one, or is it; None where that is not known."""
    if isinstance(value, External):
        is_named = isinstance(wanted, External) and machine.knowledge.derives(
            value.name, wanted.name
        )
        return True if is_named else None
    if not isinstance(value, ClassValue) or not isinstance(wanted, ClassValue | External):
        return None
    bases = value.mro()
    if any(base is wanted or base == wanted for base in bases):
        return True
    outside = [base for base in bases if isinstance(base, External)]
    if isinstance(wanted, ClassValue):
        return None if _counts_others(wanted) else False
    if any(machine.knowledge.derives(base.name, wanted.name) for base in outside):
        return True
    return None if outside else False


def _kinds(value: Const | Items | Mapping) -> list[str]:
    """The names of the Python classes that a plain value is an object of."""
    if isinstance(value, Const):
        return [each.__name__ for each in type(value.value).__mro__]
    return [value.kind if isinstance(value, Items) else "dict"]


def _is_no_router(value: Instance) -> bool:
    """Whether it is of a class that has nothing to do with apps: a logger, a model, a setting."""
    line = value.cls.mro() if isinstance(value.cls, ClassValue) else (value.cls,)
    outside = [each.name.partition(".")[0] for each in line if isinstance(each, External)]
    return all(package in _NO_ROUTERS for package in outside)


def _is_made_as(value: Instance, cls: ClassValue, wanted: Value, machine: Machine) -> bool | None:
    """Of an object that was not seen to be made only a class is known that it may derive from."""
    below = is_below(cls, wanted, machine)
    return below if below or value.made else None


def _is_of_another_making(value: Value) -> bool:
    """Whether no class of the project has made it: what a module has besides its routers.

    What comes from outside is none of theirs where it was not told of one.
    """
    if isinstance(value, Instance) and isinstance(value.cls, External):
        given = (*value.args, *value.keywords.values())
        is_made = value.span is not None or value.cls.name.startswith("builtins.")
        return is_made and not any(isinstance(each, ClassValue | Items | Unknown) for each in given)
    return isinstance(value, _NEVER_MADE)


def _is_pythons(cls: ClassValue) -> bool:
    """Whether an object of the class may be told by its value alone: it is a text, or an enum's."""
    bases = cls.outside
    return any(name.startswith(("builtins.", "enum.", "types.")) for name in bases)


def _counts_others(cls: ClassValue) -> bool:
    """Whether the class may take for its own what does not derive from it: a protocol, an ABC."""
    return any(
        isinstance(base, External) and base.name.startswith(("typing.", "abc."))
        for base in cls.mro()
    ) or bool(cls.node.keywords)
