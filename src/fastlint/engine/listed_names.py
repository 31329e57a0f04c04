"""How a table of routes calls what the project's code is made of, and where that is defined."""

from __future__ import annotations

from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value
from fastlint.model.reading.type_names import NOT_KNOWN
from fastlint.model.serving.dependencies import Dependency


def qualified(name: str) -> str:
    """``module:qualname`` of a dotted name: a class and what stands in it are no module."""
    if ":" in name or "." not in name:
        return name
    parts = name.split(".")
    named = next((i for i, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    return f"{'.'.join(parts[:named])}:{'.'.join(parts[named:])}" if named else name


def short(name: str | None) -> str:
    """The name itself: ``Class.method``, without its module."""
    if name is None or name == "?":
        return NOT_KNOWN
    return inner(qualified(name).rpartition(":")[2])


def inner(qualname: str) -> str:
    """The name in the innermost function."""
    return qualname.rpartition("<locals>.")[2]


def identity(each: Dependency) -> tuple[object, ...]:
    """What FastAPI caches by: a method is another for each object, a closure for each call."""
    value = each.callable
    if isinstance(value, FunctionValue):
        bound = value.bound
        receiver = id(bound.cls) if isinstance(bound, Instance) else id(bound)
        return (value.path, value.facts.index, id(value.closure), receiver)
    return (value.name,) if isinstance(value, External) else (id(value),)


def definition(value: Value) -> Span | None:
    """Where what is called is defined; None for what is not the project's."""
    if isinstance(value, FunctionValue):
        original = value.original
        return span_of(original.path, original.facts)
    if isinstance(value, Instance):
        return definition(value.cls) if value.span is None else value.span
    if isinstance(value, ClassValue):
        return span_of(value.path, value.node)
    behind = getattr(value, "function", getattr(value, "origin", None))  # a partial, a generic
    return None if behind is None else definition(behind)
