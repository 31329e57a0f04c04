"""Response models that FastAPI refuses: pydantic cannot make a schema of them.

Followed from fastapi 0.165, ``routing.py`` (`_populate_api_route_state`) and ``utils.py``
(`create_model_field`): a response class is only taken on its own, and anything else must be a type
that pydantic knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    Instance,
    Subscripted,
    UnionType,
    Value,
)
from fastlint.model.serving.metadata import declared_model
from fastlint.model.serving.parameters import is_collection
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_PLAIN_BASES = frozenset(
    {
        "builtins.object", "abc.ABC",
        "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.declarative_base()",
        "sqlalchemy.ext.declarative.declarative_base()",
        "sqlalchemy.ext.asyncio.AsyncAttrs",
    }
)  # fmt: skip
"""Bases that make no type that pydantic knows of a class."""
_SCHEMA_MAKERS = frozenset(
    {"__get_pydantic_core_schema__", "__get_validators__", "__pydantic_core_schema__"}
)


class Refused(msgspec.Struct, frozen=True):
    """A declared answer that FastAPI refuses to start with."""

    kind: str
    """``union`` (a response class and something else), ``response`` (``response_model=`` a
    response class, or one inside a container), ``table`` or ``class``"""
    name: str
    span: Span
    """The annotation, or the registration."""
    is_annotation: bool


def refused(route: Route, project: Project) -> Refused | None:
    """What FastAPI refuses of the declared answer of a path operation, if anything."""
    handler = route.handler
    if route.kind != "http" or handler is None:
        return None
    model = declared_model(route)
    if model.source == "annotation" and handler.facts.returns is not None:
        declared, span = handler.declared_return, handler.at(handler.facts.returns)
        if model.declared is None or declared is None:
            return None
        if isinstance(classes.without_markers(declared), UnionType):
            for member in classes.members(declared):
                if classes.derives(member, RESPONSE, project.knowledge):
                    return Refused("union", _name(member), span, is_annotation=True)
    elif model.source == "option":
        declared, span = model.declared, route.span
    else:
        return None
    if declared is None:
        return None
    for part in _parts(declared):
        kind = _kind(part, project)
        if kind:
            return Refused(kind, _name(part), span, is_annotation=model.source == "annotation")
    return None


def _parts(declared: Value, met: set[int] | None = None) -> Iterator[Value]:
    """The type, the members of a union, what containers hold; what is met again, once."""
    met = set() if met is None else met
    for member in classes.members(declared):
        if id(member) in met:
            continue
        met.add(id(member))
        if isinstance(member, Subscripted) and is_collection(member):
            for arg in member.args:
                yield from _parts(arg, met)
        elif member != NONE:
            yield classes.without_markers(member)


def _kind(part: Value, project: Project) -> str:
    if classes.derives(part, RESPONSE, project.knowledge):
        return "response"
    if not isinstance(part, ClassValue) or project.schema(part) is not None:
        return ""
    if not all(_is_plain(base) for base in part.own):
        return ""
    return "class" if project.table(part) is None else "table"


def _is_plain(cls: ClassValue) -> bool:
    """Whether nothing about a class may make it a type that pydantic knows."""
    if cls.node.keywords or cls.decorators or cls.node.decorators:
        return False
    if not _SCHEMA_MAKERS.isdisjoint(cls.namespace.namespace):
        return False
    return all(isinstance(base, ClassValue) or _base(base) in _PLAIN_BASES for base in cls.bases)


def _base(value: Value) -> str:
    if isinstance(value, Instance):
        value = value.cls
    return value.name if isinstance(value, External) else ""


def _name(value: Value) -> str:
    value = classes.without_markers(value)
    if isinstance(value, ClassValue):
        return value.node.name
    if isinstance(value, External):
        return value.name.rpartition(".")[2]
    return str(value.value) if isinstance(value, Const) else "?"
