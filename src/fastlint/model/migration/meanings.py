"""Fields of models that mean something else to pydantic 2, though nothing fails or warns.

They are told in a project that has not run with pydantic 2 yet: one that imports or uses what
pydantic 2 does not have. In any other they mean what they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import names
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import NONE, AnnotatedType, External
from fastlint.model.migration.fields import models
from fastlint.model.migration.outdated import in_force
from fastlint.model.migration.table import Change, Table
from fastlint.model.shapes import fields
from fastlint.model.shapes.fields import Field, is_maker
from fastlint.model.shapes.schemas import Schema

if TYPE_CHECKING:
    from fastlint.model.project import Project

NULLABLE = "class pydantic.BaseModel: name: X | None"
URL = "class pydantic.BaseModel: name: Url"
_ANY = frozenset({External("typing.Any"), External("builtins.object")})
_KINDS = ("pydantic", "table")


class LostDefault(msgspec.Struct, frozen=True, eq=False):
    """A field that pydantic 1 gave the default None, and pydantic 2 asks for."""

    change: Change
    field: Field
    model: str
    place: Span
    """Where the default goes: the end of what is written, or the inside of ``Field()``."""
    written: str
    """What goes there."""
    is_type: bool
    """Whether a type of the class goes by the name of the field, which would become None."""


class ChangedUrl(msgspec.Struct, frozen=True, eq=False):
    """A field whose value was a ``str`` as well, and is a URL alone."""

    change: Change
    field: Field
    model: str
    type: str
    """The bare name of its type."""


def lost_defaults(project: Project, table: Table) -> Iterator[LostDefault]:
    """The fields that may be None and have no default."""
    for change, schema, field in _fields(project, table.changes[NULLABLE]):
        place = _place(field) if _was_optional(field) else None
        if place is not None:
            yield LostDefault(change, field, schema.name, *place, _is_type(field))


def changed_urls(project: Project, table: Table) -> Iterator[ChangedUrl]:
    """The fields that are pydantic's URLs."""
    for change, schema, field in _fields(project, table.changes[URL]):
        for each in classes.members(field.type):
            kind = each.name if isinstance(each, External) else ""
            if kind.startswith("pydantic.") and kind.endswith(("Url", "Dsn")):
                yield ChangedUrl(change, field, schema.name, kind.rpartition(".")[2])
                break


def _fields(project: Project, change: Change) -> Iterator[tuple[Change, Schema, Field]]:
    """The models' own fields, with the change where it is in force."""
    if not any(each.is_of_pydantic_1 for each in project.outdated):
        return
    for module in project.modules:
        here = in_force(change, project, module.path)
        if here is None or module.is_one_off:
            continue
        for model in models(module, project):
            schema = project.schemas.of(model)
            if schema is None or schema.kind not in _KINDS or schema.options.is_old:
                continue
            yield from ((here, schema, each) for each in schema.fields if each.owner is model)


def _was_optional(field: Field) -> bool:
    if field.is_required is not True or field.name.startswith("__"):
        return False
    if isinstance(field.declared, AnnotatedType) and any(map(is_maker, field.declared.metadata)):
        return False
    return NONE in classes.members(field.declared) or field.type in _ANY


def _is_type(field: Field) -> bool:
    """``date: date | None``"""
    declared = [
        each.annotation
        for each in fields.statements(field.owner)
        if isinstance(each, tree.AnnAssign)
    ]
    return field.name in names(declared)


def _place(field: Field) -> tuple[Span, str] | None:
    statement = next(s for s in fields.statements(field.owner) if fields.name_of(s) == field.name)
    value = statement.value
    path = field.owner.path
    if value is None:
        span = span_of(path, statement)
        return Span(path, span.end_line, span.end_column, span.end_line, span.end_column), " = None"
    if not isinstance(value, tree.Call) or value.args or not is_maker(field.default):
        return None
    if any(each.name in (None, "default", "default_factory") for each in value.keywords):
        return None
    func = span_of(path, value.func)
    start = Span(path, func.end_line, func.end_column + 1, func.end_line, func.end_column + 1)
    return start, "None, " if value.keywords else "None"
