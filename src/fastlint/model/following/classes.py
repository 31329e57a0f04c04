"""What classes derive from, and which methods and members they have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.knowledge import Knowledge
_BUILDERS = (b"FastAPI", b"APIRouter", b"include_router", b"add_api_route")
_MOUNT = search.spelled("mount")


def method(cls: ClassValue, name: str) -> FunctionValue | None:
    """The method that the project's own classes define under this name, not bound to anything."""
    for base in cls.own:
        found = base.namespace.namespace.get(name)
        if isinstance(found, FunctionValue):
            return found
    return None


def methods(cls: ClassValue) -> Iterator[FunctionValue]:
    """The methods of a class and of its bases in the project; what is overridden as well."""
    for base in cls.own:
        for value in base.namespace.namespace.values():
            if isinstance(value, FunctionValue):
                yield value


def makes_routers(function: FunctionValue) -> bool:
    """Whether a function has to do with apps and routers, by its text or by what it gives."""
    facts = function.facts
    named = search.mentions(facts, _MOUNT) or search.names_like(facts, *_BUILDERS)
    return named or gives_router(facts)


def gives_router(facts: tree.FunctionFacts) -> bool:
    """Whether a function says that it gives an app or a router."""
    declared = facts.returns.value if isinstance(facts.returns, tree.Quoted) else facts.returns
    return last_name(declared) in ("FastAPI", "APIRouter")


def is_subclass(value: Value, *names: str) -> bool:
    """Whether the class derives from (or is) one of the classes from outside."""
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, External):
        return value.name in names
    if isinstance(value, ClassValue):
        return any(name in names for name in value.outside)
    return False


def derives(value: Value, base: str, knowledge: Knowledge) -> bool:
    """Whether the class derives from (or is) ``base``, through classes from outside as well."""
    value = without_markers(value)
    if isinstance(value, External):
        return knowledge.derives(value.name, base)
    return isinstance(value, ClassValue) and any(
        isinstance(each, External) and knowledge.derives(each.name, base) for each in value.mro()
    )


def class_of(owner: Instance) -> Value:
    """``type(owner)``; what is only declared may be an object of a subclass."""
    is_made = owner.made or owner.span is not None
    return owner.cls if is_made else Unknown("of which subclass the object is is not known")


def without_markers(value: Value) -> Value:
    """The type itself: what stands inside ``Annotated``."""
    while isinstance(value, AnnotatedType):
        value = value.base
    return value


def members(value: Value) -> tuple[Value, ...]:
    """The members of a union; the type itself where it is none."""
    value = without_markers(value)
    return value.members if isinstance(value, UnionType) else (value,)
