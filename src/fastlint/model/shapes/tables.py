"""Classes that an ORM maps to tables: their columns and their relationships.

SQLAlchemy's declarative classes, in the forms of 1.4 (``Column``) and of 2.0 (``Mapped``), and
SQLModels with ``table=True``. Followed from SQLAlchemy 2.1 (``orm/decl_base.py``,
``orm/clsregistry.py``) and SQLModel 0.0.50 (``main.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    Instance,
    Unknown,
    Value,
)
from fastlint.model.shapes.columns import (
    COLLECTIONS,
    Column,
    Relationship,
    last,
    made_by,
    mapped,
    members,
)
from fastlint.model.shapes.generics import named

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_BASES = frozenset(
    {
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.DeclarativeBaseNoMeta",
        "sqlalchemy.orm.declarative_base",
        "sqlalchemy.ext.declarative.declarative_base",
        "sqlalchemy.ext.automap.automap_base",
        "sqlalchemy.orm.registry.generate_base",
        "sqlalchemy.orm.decl_api.DeclarativeBase",
    }
)  # fmt: skip
_MENTIONED = search.Words((b"Column", b"Mapped", b"__abstract__", b"mapped_column", b"table"))


class Table(msgspec.Struct, frozen=True, eq=False):
    """A class of the ORM."""

    value: ClassValue
    id: str
    """``module:qualname``"""
    columns: tuple[Column, ...]
    relationships: tuple[Relationship, ...]
    table_name: str | None
    """``__tablename__``; None where it is not known, or the class is an abstract base."""
    is_abstract: bool
    """Whether it stands for no table of its own, but for what its subclasses have in common."""
    is_open: bool
    """There may be columns that are not known."""

    @property
    def name(self) -> str:
        """The bare name of the class."""
        return self.value.node.name

    def column(self, name: str) -> Column | None:
        """The column of that attribute."""
        return next((each for each in self.columns if each.name == name), None)

    def relationship(self, name: str) -> Relationship | None:
        """The relationship of that attribute."""
        return next((each for each in self.relationships if each.name == name), None)


class Tables:
    """Reads classes as tables, each one once."""

    def __init__(self, machine: Machine, paths: Callable[[], tuple[str, ...]]) -> None:
        self.machine = machine
        self._paths = paths
        self._read: dict[int, Table | None] = {}

    def of(self, value: Value) -> Table | None:
        """The table that a type is; None for what is none."""
        value = classes.without_markers(value)
        if not isinstance(value, ClassValue):
            return None
        if id(value) not in self._read:
            self._read[id(value)] = self._table(value) if self.is_table(value) else None
        return self._read[id(value)]

    def is_table(self, cls: ClassValue) -> bool:
        """Whether an ORM maps the class, or the classes that derive from it."""
        for base in cls.mro():
            if isinstance(base, External):
                if base.name in _BASES:
                    return True
            else:
                if any(_is_base(each) for each in base.bases):
                    return True
                if any(_is_mapper(by) for by in base.decorators):
                    return True
        return _is_sqlmodel_table(cls)

    @cached_property
    def all(self) -> tuple[Table, ...]:
        """Every table of the project, abstract bases aside."""
        found: dict[int, Table] = {}
        for path in self._paths():
            if not self.machine.modules.matches(path, _MENTIONED):
                continue
            for value in list(self.machine.run_module(path).namespace.values()):
                if isinstance(value, ClassValue) and value.path == path:
                    table = self.of(value)
                    if table is not None and not table.is_abstract:
                        found[id(value)] = table
        return tuple(found.values())

    def target(self, relationship: Relationship) -> Table | None:
        """The table that a relationship leads to, by its name as SQLAlchemy's registry finds it."""
        name = relationship.target_name
        if name is None:
            return None
        owner = relationship.owner
        if name == owner.node.name:
            return self.of(owner)
        near = named(name, owner.namespace)
        if near is not None and (found := self.of(near)) is not None:
            return found
        same = [each for each in self.all if each.name == name.rpartition(".")[2]]
        return same[0] if len(same) == 1 else None

    def is_many(self, relationship: Relationship, table: Table) -> bool | None:
        """Whether a relationship of ``table`` holds several objects; None where unknown."""
        given = relationship.options.get("uselist")
        if isinstance(given, Const):
            return bool(given.value)
        if given is not None or relationship.is_open:
            return None
        if relationship.declared is not None:
            kinds = [each for each in classes.members(relationship.declared) if each != NONE]
            return any(last(each) in COLLECTIONS for each in kinds) or bool(relationship.loading)
        if "secondary" in relationship.options:
            return True
        target = self.target(relationship)
        if target is None or target is table:
            return None
        if _refers(table, target):
            return None if _refers(target, table) else False
        return True if _refers(target, table) else None

    # --- reading ---------------------------------------------------------------------------

    def _table(self, cls: ClassValue) -> Table:
        columns: dict[str, Column] = {}
        relationships: dict[str, Relationship] = {}
        is_open = any(made_by(each) == "automap_base" for each in _instances(cls))
        is_sqlmodel = _is_sqlmodel_table(cls)
        for base in reversed(cls.own):
            for member in members(base, self.machine):
                made = mapped(member, base, self.is_table, is_sqlmodel=is_sqlmodel)
                if isinstance(made, Column):
                    columns[member.name] = made
                    relationships.pop(member.name, None)
                elif made is None:
                    is_open = is_open or isinstance(member.value, Unknown)
                else:
                    relationships[member.name] = made
                    columns.pop(member.name, None)
            is_open = is_open or "__table__" in base.namespace.namespace
        name = self.machine.modules.name(cls.path)
        table_name, is_abstract = self._named(cls, is_sqlmodel=is_sqlmodel)
        return Table(
            cls,
            f"{name}:{cls.node.qualname}",
            tuple(columns.values()),
            tuple(relationships.values()),
            table_name,
            is_abstract and not is_open,
            is_open,
        )

    def _named(self, cls: ClassValue, *, is_sqlmodel: bool) -> tuple[str | None, bool]:
        """The name of the table, and whether there is none."""
        is_base = any(isinstance(base, External) and _is_base(base) for base in cls.bases)
        if is_base or cls.namespace.namespace.get("__abstract__") == Const(True):
            return None, True
        own = cls.own
        if any(map(_makes_names, own)):
            return None, not any("__tablename__" in base.namespace.namespace for base in own)
        for base in own:
            given = base.namespace.namespace.get("__tablename__")
            if isinstance(given, Const) and isinstance(given.value, str):
                return given.value, False
            if given is not None or "__table__" in base.namespace.namespace:
                return None, False
        return (cls.node.name.lower(), False) if is_sqlmodel else (None, True)


def _refers(one: Table, other: Table) -> bool:
    """Whether a column of ``one`` refers to ``other``."""
    keys = [each.references for each in one.columns]
    return any(key is not None and key.rpartition(".")[0] == other.table_name for key in keys)


def _is_base(value: Value) -> bool:
    if isinstance(value, Instance) and isinstance(value.cls, External):
        return value.cls.name.removesuffix("()") in _BASES
    return isinstance(value, External) and value.name in _BASES


def _instances(cls: ClassValue) -> Iterator[Instance]:
    for base in cls.own:
        yield from (each for each in base.bases if isinstance(each, Instance))


def _makes_names(cls: ClassValue) -> bool:
    """Whether a class may change what its subclasses' tables are called."""
    has_meta = any(keyword.name == "metaclass" for keyword in cls.node.keywords)
    return has_meta or "__init_subclass__" in cls.namespace.namespace


def _is_mapper(by: Value) -> bool:
    """``@mapper_registry.mapped``"""
    name = getattr(by, "dotted", getattr(by, "name", ""))
    return isinstance(name, str) and name.startswith("sqlalchemy.orm.") and "mapped" in name


def _is_sqlmodel_table(cls: ClassValue) -> bool:
    own = any(
        each.name == "table" and evaluate(each.value, cls.namespace) == Const(True)
        for each in cls.node.keywords
    )
    return own and classes.is_subclass(cls, "sqlmodel.SQLModel")
