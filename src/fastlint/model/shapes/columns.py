"""What an ORM makes of one class body: columns and relationships.

SQLAlchemy's declarative forms of 1.4 (``Column``) and of 2.0 (``Mapped``), and SQLModel's fields.
Followed from SQLAlchemy 2.1 (``orm/decl_base.py``) and SQLModel 0.0.50 (``main.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    LambdaValue,
    Mapping,
    Subscripted,
    Value,
)
from fastlint.model.shapes.fields import name_of, statements

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_COLUMNS = frozenset({"Column", "mapped_column", "column_property", "deferred", "query_expression"})
_RELATIONSHIPS = frozenset({"relationship", "Relationship", "dynamic_loader", "relation"})
_MAPPED = {"Mapped": None, "DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}
COLLECTIONS = frozenset(
    {"list", "set", "List", "Set", "Sequence", "Collection", "dict", "Dict", "FrozenSet"}
)
_PACKAGES = ("sqlalchemy.", "sqlmodel.")


class Column(msgspec.Struct, frozen=True, eq=False):
    """An attribute that stands for a column of the table."""

    name: str
    """Of the attribute; the column itself may be called otherwise."""
    declared: Value | None
    """The type inside ``Mapped[…]``, or of a SQLModel's field; None where there is none."""
    options: dict[str, Value]
    """The keywords of ``Column(…)``, ``mapped_column(…)`` or ``Field(…)``."""
    args: tuple[Value, ...]
    """What it is given by position: its name, its type, its constraints."""
    span: Span
    owner: ClassValue
    """The class that declares it, perhaps a mixin."""

    @property
    def references(self) -> str | None:
        """``table.column`` that it refers to; None where it refers to none that is known."""
        given = self.options.get("foreign_key")
        keys = [a for a in self.args if isinstance(a, Instance) and made_by(a) == "ForeignKey"]
        target = given if given is not None else (keys[0].args or (None,))[0] if keys else None
        return target.value if isinstance(target, Const) and isinstance(target.value, str) else None


class Relationship(msgspec.Struct, frozen=True, eq=False):
    """An attribute that stands for objects of another table, or of the same."""

    name: str
    target_name: str | None
    """The bare name of the other class, as it is written; None where that is not known."""
    options: dict[str, Value]
    """The keywords of ``relationship(…)``; for SQLModel ``sa_relationship_kwargs`` too."""
    declared: Value | None
    """The type inside ``Mapped[…]``, or of a SQLModel's annotation; None where there is none."""
    loading: str | None
    """What the annotation says of loading: ``dynamic``, ``write_only``."""
    span: Span
    owner: ClassValue
    is_open: bool
    """There may be options that are not known."""

    @property
    def lazy(self) -> str | None:
        """How it is loaded, as SQLAlchemy calls it; None where that is not known.

        ``select``, the default, is when it is first looked at; ``joined``, ``selectin``,
        ``subquery`` and ``immediate`` are together with its owner.
        """
        given = self.options.get("lazy")
        if given is None:
            return None if self.is_open else self.loading or "select"
        if not isinstance(given, Const):
            return None
        spelt = {True: "select", False: "joined", None: "noload"}
        return given.value if isinstance(given.value, str) else spelt.get(bool(given.value))

    @property
    def is_lazy(self) -> bool | None:
        """Whether looking at it may ask the database again."""
        return None if self.lazy is None else self.lazy in ("select", "dynamic", "write_only")


class Member(NamedTuple):
    """Something in a class body."""

    name: str
    declared: Value | None
    """The annotation, evaluated."""
    value: Value | None
    span: Span


def members(cls: ClassValue, machine: Machine) -> Iterator[Member]:
    """Everything in a class body that may be a column or a relationship."""
    for statement in cls.node.body:
        if isinstance(statement, tree.FunctionDef):
            function = cls.namespace.namespace.get(statement.name)
            if isinstance(function, FunctionValue) and _is_declared_attr(function):
                made = _returned(function, machine)
                yield Member(statement.name, None, made, span_of(cls.path, statement))
    written: set[str | None] = set()
    for each in statements(cls):
        name = name_of(each)
        written.add(name)
        if name is None or name.startswith("__"):
            continue
        declared = None
        if isinstance(each, tree.AnnAssign):
            declared = evaluate(each.annotation, cls.namespace)
        value = None if each.value is None else evaluate(each.value, cls.namespace)
        yield Member(name, declared, value, span_of(cls.path, each))
    for name, made in list(cls.namespace.namespace.items()):
        # ``User.posts_count = column_property(…)``, after the class
        if name not in written and isinstance(made, Instance) and made.span is not None:
            yield Member(name, None, made, made.span)


def _returned(function: FunctionValue, machine: Machine) -> Value:
    """What a ``declared_attr`` gives: what it returns says more than what it says it returns."""
    for node in walk(tree.statements(function.facts)):
        if isinstance(node, tree.Return) and isinstance(node.value, tree.Call):
            made = evaluate(node.value, function.closure)
            if isinstance(made, Instance) and made_by(made) in _COLUMNS | _RELATIONSHIPS:
                return made
    return machine.result_of(function)


def mapped(
    member: Member, cls: ClassValue, is_table: Callable[[ClassValue], bool], *, is_sqlmodel: bool
) -> Column | Relationship | None:
    """What the ORM makes of a member; None where that is nothing."""
    name, declared, value, span = member
    inner, loading, is_mapped = _inside(declared)
    made = value if isinstance(value, Instance) and _is_orms(value) else None
    maker = "" if made is None else made_by(made)
    if made is not None and maker in _RELATIONSHIPS:
        return _relationship(member, inner, loading, made, cls)
    if made is not None and maker in _COLUMNS:
        return Column(name, inner, made.keywords, made.args, span, cls)
    if is_sqlmodel and declared is not None and not name.startswith("_"):
        if classes.is_subclass(declared, "typing.ClassVar") or name == "model_config":
            return None
        given = made.keywords if made is not None and maker == "Field" else {}
        return Column(name, inner, given, (), span, cls)
    if is_mapped and value is None and inner is not None:  # a bare ``x: Mapped[int]``
        kinds = [each for each in classes.members(inner) if isinstance(each, ClassValue)]
        return None if any(map(is_table, kinds)) else Column(name, inner, {}, (), span, cls)
    return None


def _relationship(
    member: Member, inner: Value | None, loading: str | None, value: Instance, cls: ClassValue
) -> Relationship:
    options = dict(value.keywords)
    is_open = False
    more = options.get("sa_relationship_kwargs")
    if isinstance(more, Mapping):
        options |= more.items
        is_open = more.open
    elif more is not None and more != NONE:
        is_open = True
    target = _class_name(value.args[0] if value.args else options.get("argument"))
    if target is None and inner is not None:
        target = _target_in(inner)
    if made_by(value) == "dynamic_loader":
        loading = "dynamic"
    return Relationship(member.name, target, options, inner, loading, member.span, cls, is_open)


def _inside(declared: Value | None) -> tuple[Value | None, str | None, bool]:
    """The type in ``Mapped[…]``, how it says that it is loaded, and whether there is one."""
    if isinstance(declared, Subscripted) and last(declared) in _MAPPED and declared.args:
        return declared.args[0], _MAPPED[last(declared)], True
    return declared, None, False


def _target_in(declared: Value) -> str | None:
    """``Item`` of ``list["Item"]``, ``Item | None``."""
    for each in classes.members(declared):
        if isinstance(each, Subscripted) and each.args:
            return _target_in(each.args[-1])
        if each != NONE and (found := _class_name(each)) is not None:
            return found
    return None


def _class_name(value: Value | None) -> str | None:
    match value:
        case ClassValue(node=node):
            return node.name
        case Const(value=str() as text):
            return text.strip()
        case LambdaValue(node=node, closure=closure):
            return _class_name(evaluate(node.body, closure))
    return None


def _is_declared_attr(function: FunctionValue) -> bool:
    names = [by.name for by in function.decorators if isinstance(by, External)]
    return any("declared_attr" in name for name in names)


def _is_orms(value: Instance) -> bool:
    return isinstance(value.cls, External) and value.cls.name.startswith(_PACKAGES)


def made_by(value: Instance) -> str:
    """The bare name of what made an object: ``relationship``."""
    name = value.cls.name if isinstance(value.cls, External) else ""
    return name.removesuffix("()").rpartition(".")[2]


def last(value: Value) -> str:
    """The bare name of a class from outside."""
    if isinstance(value, Subscripted):
        value = value.origin
    return value.name.rpartition(".")[2] if isinstance(value, External) else ""
