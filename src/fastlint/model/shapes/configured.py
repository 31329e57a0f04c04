"""What a model's ``model_config``, ``class Config`` and class keywords say, with what is inherited.

Followed from pydantic 2.14 (``ConfigWrapper.for_model``), where a later base wins over an earlier
one, and pydantic 1.10 (``inherit_config``), where it is the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import values
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    Instance,
    Subscripted,
    Value,
)
from fastlint.model.shapes.aliases import ALIASES, Aliases, aliases
from fastlint.model.shapes.fields import name_of, statements

if TYPE_CHECKING:
    from fastlint.versions.version import Version

_NO_OPTIONS = frozenset({"metaclass", "table"})
_MAKERS = ("ConfigDict", "SettingsConfigDict", "SQLModelConfig", "dict")


class Option(msgspec.Struct, frozen=True, eq=False):
    """One option of a model, as it is written."""

    name: str
    """``from_attributes``, or ``orm_mode`` where that is written."""
    value: Value
    span: Span
    owner: ClassValue
    """The class that says it."""
    form: str
    """``model_config``, ``Config`` or ``keyword``"""


class Options(msgspec.Struct, frozen=True, eq=False):
    """The options of a model, its own and inherited."""

    items: Mapping[str, Option]
    is_open: bool
    """There may be options that are not known."""
    is_old: bool
    """Whether pydantic 1 reads the class."""
    is_settings: bool = False
    """Whether it is a ``BaseSettings``, which has other defaults."""

    def get(self, *names: str) -> Value | None:
        """The value of the first of these options that is given; None where none of them is."""
        return next((self.items[name].value for name in names if name in self.items), None)

    def is_set(self, *names: str) -> bool | None:
        """Whether one of these options is switched on; None where that is not known."""
        value = self.get(*names)
        if value is None:
            return None if self.is_open else False
        return bool(value.value) if isinstance(value, Const) else None

    @property
    def extra(self) -> str | None:
        """``allow``, ``forbid`` or ``ignore``; None where that is not known."""
        value = self.get("extra")
        if value is None:
            return None if self.is_open else "forbid" if self.is_settings else "ignore"
        if isinstance(value, External) and value.name.startswith("pydantic.Extra."):
            return value.name.rpartition(".")[2]
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else None

    @property
    def from_attributes(self) -> bool | None:
        """Whether ``model_validate(obj)`` reads attributes: ``orm_mode`` to pydantic 1."""
        return self.is_set("orm_mode" if self.is_old else "from_attributes")

    @property
    def by_name(self) -> bool | None:
        """Whether a field with an alias is read under its own name too."""
        if self.is_old:
            return self.is_set("allow_population_by_field_name")
        return self.is_set("validate_by_name", "populate_by_name")

    def aliases(self, name: str, keywords: Mapping[str, Value], owner: ClassValue) -> Aliases:
        """The aliases of a field by its ``Field(…)`` and the model's generator.

        What ``Field`` leaves out has been made by the generator of the class that declares it.
        """
        generator = self.get("alias_generator")
        named = not ALIASES.isdisjoint(keywords) and keywords.get("alias_priority") != Const(1)
        if generator is not None and named:
            items: dict[str, Option] = {}
            _collect(owner, items, old=self.is_old, seen=set())
            if "alias_generator" in items:
                generator = items["alias_generator"].value
        found = aliases(name, keywords, generator)
        if self.is_open and not found.alias:
            return Aliases(found.alias, found.validation, found.serialization, is_known=False)
        return found


def options(cls: ClassValue, version: Version | None) -> Options:
    """The options of a class. ``version`` is that of pydantic; None for the newest."""
    bases = cls.outside
    old = any(name.startswith("pydantic.v1.") for name in bases)
    if version is not None and not old:
        old = version.below((2,))
    items: dict[str, Option] = {}
    is_open = _collect(cls, items, old=old, seen=set())
    return Options(items, is_open, old, any(name.endswith("BaseSettings") for name in bases))


def _collect(cls: ClassValue, items: dict[str, Option], *, old: bool, seen: set[int]) -> bool:
    """Gather the options of a class and its bases; whether there may be more."""
    if id(cls) in seen:
        return False
    seen.add(id(cls))
    is_open = False
    for base in reversed(cls.bases) if old else cls.bases:
        origin = base.origin if isinstance(base, Subscripted) else base
        if isinstance(origin, ClassValue):
            is_open |= _collect(origin, items, old=old, seen=seen)
    for option in _own(cls):
        if option.name:
            items[option.name] = option
        else:
            is_open = True
    return is_open


def _own(cls: ClassValue) -> Iterator[Option]:
    """The options that a class itself gives; one without a name where some are not known."""
    for statement in cls.node.body:
        if isinstance(statement, tree.ClassDef) and statement.name == "Config":
            yield from _of_class(cls)
        elif (
            isinstance(statement, tree.Assign | tree.AnnAssign)
            and statement.value is not None
            and name_of(statement) == "model_config"
        ):
            value = evaluate(statement.value, cls.namespace)
            yield from _of_value(value, statement.value, cls)
    for each in cls.node.keywords:
        if each.name not in _NO_OPTIONS:
            value = evaluate(each.value, cls.namespace)
            yield Option(each.name or "", value, span_of(cls.path, each), cls, "keyword")


def _of_value(value: Value, node: tree.Expr, cls: ClassValue) -> Iterator[Option]:
    spans = dict(_places(node, cls.path))
    whole = span_of(cls.path, node)
    given: Mapping[str, Value] | None = None
    is_open = True
    if isinstance(value, values.Mapping):
        given, is_open = value.items, value.open
    elif isinstance(value, Instance) and _made_by(value) in _MAKERS:
        given = value.keywords
        is_open = bool(value.args) or "" in spans
    for name, each in (given or {}).items():
        yield Option(name, each, spans.get(name, whole), cls, "model_config")
    if is_open:
        yield Option("", value, whole, cls, "model_config")


def _made_by(value: Instance) -> str:
    """The bare name of what made an object: ``ConfigDict``."""
    name = value.cls.name if isinstance(value.cls, External) else ""
    return name.rpartition(".")[2].removesuffix("()")


def _places(node: tree.Expr, path: str) -> Iterator[tuple[str, Span]]:
    """Where each option stands in ``ConfigDict(…)``; without a name what may hold several."""
    if isinstance(node, tree.Call):
        for keyword in node.keywords:
            yield keyword.name or "", span_of(path, keyword)


def _of_class(cls: ClassValue) -> Iterator[Option]:
    config = cls.namespace.namespace.get("Config")
    if not isinstance(config, ClassValue):
        yield Option("", config or Const(None), span_of(cls.path, cls.node), cls, "Config")
        return
    for base in reversed(config.own):
        for statement in statements(base):
            name = name_of(statement)
            if name is not None and statement.value is not None:
                value = evaluate(statement.value, base.namespace)
                yield Option(name, value, span_of(base.path, statement), cls, "Config")
