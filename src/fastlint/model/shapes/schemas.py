"""Models: pydantic and SQLModel classes, dataclasses and typed dictionaries, with their fields."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.objects.fields import is_dataclass
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    Subscripted,
    UnionType,
    Value,
)
from fastlint.model.serving.parameters import is_model
from fastlint.model.shapes import fields, validators
from fastlint.model.shapes.configured import Options, options
from fastlint.model.shapes.fields import Field
from fastlint.model.shapes.generics import Binding, bound, parameters, put
from fastlint.model.shapes.validators import Computed, Validator

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine
    from fastlint.versions.version import Version

_MOST_WAYS = 1000
_MOST_ALIKE = 2
"""How often a generic class may stand on one way: ``Page[Page[T]]`` may go on for ever."""
_ROOTS = ("pydantic.RootModel", "pydantic.root_model.RootModel")
_TUPLES = ("typing.NamedTuple", "typing_extensions.NamedTuple")
_DICTS = ("typing.TypedDict", "typing_extensions.TypedDict")


class Schema(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A class whose objects FastAPI can read from a request or write into a response."""

    value: ClassValue
    id: str
    """``module:qualname``"""
    kind: str
    """``pydantic``, ``table`` (a SQLModel with ``table=True``), ``dataclass`` (the standard
    library's or pydantic's), ``typeddict`` or ``namedtuple``"""
    fields: tuple[Field, ...]
    options: Options
    """What ``model_config``, ``class Config`` and the class's keywords say."""
    args: tuple[Value, ...] = ()
    """The type arguments: ``Item`` for ``Page[Item]``."""

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

    @property
    def is_root(self) -> bool:
        """Whether it stands for the type of its one field: ``RootModel`` or ``__root__``."""
        return classes.is_subclass(self.value, *_ROOTS) or any(
            field.name == "__root__" for field in self.fields
        )

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((each for each in self.fields if each.name == name), None)

    @cached_property
    def validators(self) -> tuple[Validator, ...]:
        """What checks or changes values on the way in, inherited ones first."""
        return tuple(validators.validators(self.value))

    @cached_property
    def serializers(self) -> tuple[Validator, ...]:
        """What changes values on the way out, inherited ones first."""
        return tuple(validators.serializers(self.value))

    @cached_property
    def computed(self) -> tuple[Computed, ...]:
        """What goes into a response besides the fields: ``@computed_field``."""
        return tuple(validators.computed(self.value))

    @cached_property
    def private(self) -> frozenset[str]:
        """Attributes that are no fields, because of an underscore or a ``PrivateAttr``."""
        if self.kind not in ("pydantic", "table"):
            return frozenset()
        own = self.value.own
        names = {name for base in own for each in fields.statements(base)
                 if (name := fields.name_of(each))}  # fmt: skip
        return frozenset(n for n in names if n.startswith("_") and not n.startswith("__"))


class Schemas:
    """Reads classes as schemas, each one once."""

    def __init__(self, machine: Machine, pydantic: Callable[[str], Version] | None = None) -> None:
        """``pydantic`` tells its version for a file; without it, it is the newest."""
        self.machine = machine
        self.pydantic = pydantic
        self._read: dict[tuple[int, tuple[Value, ...]], Schema | None] = {}
        self._reached: dict[int, tuple[tuple[Schema, tuple[Field, ...]], ...]] = {}

    def of(self, value: Value) -> Schema | None:
        """The schema that a type is (``Item``, ``Annotated[Item, …]``, ``Page[Item]``)."""
        value = classes.without_markers(value)
        args: tuple[Value, ...] = ()
        if isinstance(value, Subscripted):
            args = value.args
            value = value.origin
        if not isinstance(value, ClassValue):
            return None
        key = (id(value), args)
        if key not in self._read:
            self._read[key] = None
            self._read[key] = self._schema(value, args)
        return self._read[key]

    def _schema(self, cls: ClassValue, args: tuple[Value, ...]) -> Schema | None:
        kind = self._kind(cls)
        if kind is None:
            return None
        name = f"{self.machine.modules.name(cls.path)}:{cls.node.qualname}"
        given = options(cls, None if self.pydantic is None else self.pydantic(cls.path))
        binding = bound(cls, args)
        found = tuple(fields.fields(cls, kind, binding, given))
        if not found and (root := _root(cls, binding)) is not None:
            found = (fields.root_field(cls, root),)
        return Schema(cls, name, kind, found, given, args)

    def _kind(self, cls: ClassValue) -> str | None:
        if is_model(cls, self.machine):
            table = any(
                k.name == "table" and evaluate(k.value, cls.namespace) == Const(True)
                for k in cls.node.keywords
            )
            return "table" if table else "pydantic"
        if any(isinstance(base, ClassValue) and is_dataclass(base) for base in cls.mro()):
            return "dataclass"
        if classes.is_subclass(cls, *_DICTS):
            return "typeddict"
        return "namedtuple" if classes.is_subclass(cls, *_TUPLES) else None

    def reached(self, declared: Value) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """The schemas that a type contains, each with the fields that lead to it.

        Follows unions, containers, type arguments and the fields of schemas. A schema that is
        reached in several ways is given once, by the way found first.
        """
        if not isinstance(declared, ClassValue):
            return self._first_ways(declared)
        if id(declared) not in self._reached:
            self._reached[id(declared)] = tuple(self._first_ways(declared))
        return iter(self._reached[id(declared)])

    def _first_ways(self, declared: Value) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        seen: set[int] = set()
        for schema, way in self._ways(declared, seen):
            seen.add(id(schema))
            yield schema, way

    def ways(self, declared: Value) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """As `reached`, but by every way that leads to a schema: the first thousand of them."""
        yield from islice(self._ways(declared, set()), _MOST_WAYS)

    def _ways(self, declared: Value, seen: set[int]) -> Iterator[tuple[Schema, tuple[Field, ...]]]:
        """Breadth first, no schema twice on one way, and none of those that are ``seen``."""
        queue: deque[tuple[Value, tuple[Field, ...], tuple[Schema, ...]]] = deque()
        queue.append((declared, (), ()))
        while queue:
            value, way, above = queue.popleft()
            for part in _parts(value):
                schema = self.of(part)
                if schema is None or id(schema) in seen or schema in above:
                    continue
                if sum(each.value is schema.value for each in above) > _MOST_ALIKE:
                    continue
                yield schema, way
                below = (*above, schema)
                queue.extend(
                    (field.declared, (*way, field), below)
                    for field in schema.fields
                    if not field.is_excluded
                )


def _root(cls: ClassValue, binding: Binding) -> Value | None:
    """``T`` of ``RootModel[T]``, wherever among the bases it is said."""
    for base in cls.bases:
        if isinstance(base, Subscripted):
            if isinstance(base.origin, External) and base.origin.name in _ROOTS:
                return put(base.args[0], binding, cls.namespace, 1) if base.args else None
            if isinstance(base.origin, ClassValue):
                args = tuple(put(each, binding, cls.namespace, 1) for each in base.args)
                found = _root(base.origin, bound(base.origin, args))
                if found is not None:
                    return found
        elif isinstance(base, ClassValue) and (found := _root(base, {})) is not None:
            return found
    return None


def _parts(value: Value, met: set[int] | None = None) -> Iterator[Value]:
    """The types that a type is made of: itself, the members of a union, the type arguments.

    The same one once: aliases that name one another twice would double with every level.
    """
    met = set() if met is None else met
    value = classes.without_markers(value)
    if id(value) in met:
        return
    met.add(id(value))
    if isinstance(value, UnionType):
        for member in value.members:
            yield from _parts(member, met)
    elif isinstance(value, Subscripted):
        yield value
        if not (isinstance(value.origin, ClassValue) and parameters(value.origin)):
            for arg in value.args:  # else they are found in the fields that have them
                yield from _parts(arg, met)
    else:
        yield value
