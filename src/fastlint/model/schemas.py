"""Models: pydantic and SQLModel classes, dataclasses and typed dictionaries, with their fields."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model import classes
from fastlint.model.expressions import evaluate
from fastlint.model.frames import span_of
from fastlint.model.parameters import is_dataclass, is_model
from fastlint.model.values import (
    AnnotatedType,
    ClassValue,
    Const,
    External,
    Instance,
    Subscripted,
    UnionType,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.machine import Machine

_RELATIONSHIP = External("sqlmodel.Relationship")
_MOST_WAYS = 1000
_FIELD_MAKERS = frozenset(
    {"pydantic.Field()", "pydantic.Field", "sqlmodel.Field()", "sqlmodel.Field"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a model, its own or inherited."""

    name: str
    declared: Value
    """The annotation, evaluated, with its ``Annotated``."""
    default: Value | None
    options: dict[str, Value]
    """The keywords of its ``Field(…)``."""
    span: Span
    owner: ClassValue
    """The class that declares it."""

    @property
    def type(self) -> Value:
        """The type itself, without ``Annotated``."""
        return classes.without_markers(self.declared)

    @property
    def is_excluded(self) -> bool:
        """``Field(exclude=True)``: never part of a response."""
        return self.options.get("exclude") == Const(True)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A class whose objects FastAPI can read from a request or write into a response."""

    value: ClassValue
    id: str
    """``module:qualname``"""
    kind: str
    """``pydantic``, ``table`` (a SQLModel with ``table=True``), ``dataclass`` or ``typeddict``"""
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        """The bare name."""
        return self.value.node.name

    @property
    def span(self) -> Span:
        """The line of ``class``: from the keyword to the end of the name."""
        node = self.value.node
        end = node.column + len("class ") + len(node.name)
        return Span(self.value.path, node.line, node.column, node.line, end)


class Schemas:
    """Reads classes as schemas, each one once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._read: dict[int, Schema | None] = {}

    def of(self, value: Value) -> Schema | None:
        """The schema that a type is (``Item``, ``Annotated[Item, …]``, ``Page[Item]``)."""
        value = classes.without_markers(value)
        if isinstance(value, Subscripted):
            value = value.origin
        if not isinstance(value, ClassValue):
            return None
        if id(value) not in self._read:
            self._read[id(value)] = None
            self._read[id(value)] = self._schema(value)
        return self._read[id(value)]

    def _schema(self, cls: ClassValue) -> Schema | None:
        kind = self._kind(cls)
        if kind is None:
            return None
        name = f"{self.machine.modules.name(cls.path)}:{cls.node.qualname}"
        return Schema(cls, name, kind, tuple(self._fields(cls)))

    def _kind(self, cls: ClassValue) -> str | None:
        if is_model(cls, self.machine):
            table = any(
                k.name == "table" and evaluate(k.value, cls.namespace) == Const(True)
                for k in cls.node.keywords
            )
            return "table" if table else "pydantic"
        if is_dataclass(cls):
            return "dataclass"
        return "typeddict" if classes.is_subclass(cls, "typing.TypedDict") else None

    def _fields(self, cls: ClassValue) -> Iterator[Field]:
        found: dict[str, Field] = {}
        for base in reversed(list(cls.mro())):
            if not isinstance(base, ClassValue):
                continue
            for statement in base.node.body:
                if isinstance(statement, tree.AnnAssign) and isinstance(
                    statement.target, tree.Name
                ):
                    field = self._field(statement, statement.target.id, base)
                    if field is not None:
                        found[field.name] = field
        yield from found.values()

    def _field(self, statement: tree.AnnAssign, name: str, cls: ClassValue) -> Field | None:
        if name.startswith("_") or name == "model_config":
            return None
        declared = evaluate(statement.annotation, cls.namespace)
        if classes.is_subclass(declared, "typing.ClassVar"):
            return None
        default = None if statement.value is None else evaluate(statement.value, cls.namespace)
        if isinstance(default, Instance) and default.cls == _RELATIONSHIP:
            return None  # SQLModel keeps it out of what pydantic validates and writes
        options = _field_options(default)
        if isinstance(declared, AnnotatedType):
            for metadata in declared.metadata:
                options = {**_field_options(metadata), **options}
        return Field(name, declared, default, options, span_of(cls.path, statement), cls)

    def reached(self, declared: Value) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """The schemas that a type contains, each with the fields that lead to it.

        Follows unions, containers, type arguments and the fields of schemas. A schema that is
        reached in several ways is given once, by the way found first.
        """
        seen: set[int] = set()
        for schema, way in self._ways(declared, seen):
            seen.add(id(schema))
            yield schema, way

    def ways(self, declared: Value) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """As `reached`, but by every way that leads to a schema: the first thousand of them."""
        yield from islice(self._ways(declared, set()), _MOST_WAYS)

    def _ways(self, declared: Value, seen: set[int]) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """Breadth first, no schema twice on one way, and none of those that are ``seen``."""
        queue: deque[tuple[Value, tuple[Field, ...], frozenset[int]]] = deque()
        queue.append((declared, (), frozenset()))
        while queue:
            value, way, above = queue.popleft()
            for part in _parts(value):
                schema = self.of(part)
                if schema is None or id(schema) in seen or id(schema) in above:
                    continue
                yield schema, way
                below = above | {id(schema)}
                queue.extend(
                    (field.declared, (*way, field), below)
                    for field in schema.fields
                    if not field.is_excluded
                )


def _field_options(value: Value | None) -> dict[str, Value]:
    match value:
        case Instance(cls=External(name=name), keywords=keywords) if name in _FIELD_MAKERS:
            return keywords
    return {}


def _parts(value: Value) -> Iterator[Value]:
    """The types that a type is made of: itself, the members of a union, the type arguments."""
    value = classes.without_markers(value)
    if isinstance(value, UnionType):
        for member in value.members:
            yield from _parts(member)
    elif isinstance(value, Subscripted):
        yield value.origin
        for arg in value.args:
            yield from _parts(arg)
    else:
        yield value
