"""Properties and other descriptors: what runs where an attribute is read."""

from __future__ import annotations

from typing import TypeGuard

from msgspec.structs import replace

from fastlint.model.following.classes import method
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value

IS_PROPERTY = frozenset(
    {"builtins.property", "functools.cached_property", "pydantic.computed_field"}
)


def property_of(owner: Instance, name: str) -> FunctionValue | None:
    """The project's function that reading ``owner.name`` calls, if that is a property."""
    if not isinstance(owner.cls, ClassValue) or name in owner.attributes:
        return None
    for base in owner.cls.own:
        found = base.namespace.namespace.get(name)
        if isinstance(found, FunctionValue):
            return replace(found, bound=owner) if is_property(found) else None
        if found is not None:
            return None
    return None


def is_property(value: Value | None) -> TypeGuard[FunctionValue]:
    """Whether it is a function that was made a property."""
    return isinstance(value, FunctionValue) and any(
        isinstance(by, External) and by.name in IS_PROPERTY for by in value.decorators
    )


def descriptor_of(owner: Instance, name: str) -> Instance | None:
    """The object of the class that decides what ``owner.name`` is: ``title = FileField()``."""
    if not isinstance(owner.cls, ClassValue) or is_enum(owner.cls):
        return None
    for base in owner.cls.own:
        found = base.namespace.namespace.get(name)
        if found is not None:
            if isinstance(found, Instance) and isinstance(found.cls, ClassValue):
                hooks = (method(found.cls, name) for name in ("__get__", "__set__"))
                return found if any(hooks) else None
            return None
    return None
