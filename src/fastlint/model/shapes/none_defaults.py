"""Fields of request bodies that are None by default, though their type says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    External,
    LiteralType,
    Subscripted,
    Value,
)
from fastlint.model.serving.unread_bodies import is_taken_as_it_is
from fastlint.model.shapes import fields
from fastlint.model.shapes.fields import Field
from fastlint.model.shapes.schemas import Schema

if TYPE_CHECKING:
    from fastlint.model.project import Project

_PLAIN = (
    "builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.bytes",
    "builtins.list", "builtins.dict", "builtins.set", "builtins.tuple", "builtins.frozenset",
    "datetime.", "decimal.Decimal", "uuid.UUID", "typing.List", "typing.Dict", "typing.Set",
    "typing.Tuple", "typing.Sequence", "pydantic.EmailStr", "pydantic.HttpUrl", "pydantic.AnyUrl",
)  # fmt: skip
"""Types from outside that refuse None for certain."""
_EARLY = frozenset({"before", "wrap", "plain", None})
_BODIES = frozenset({"body", "form"})


class NoneDefault(msgspec.Struct, frozen=True, eq=False):
    """A field, and one model that has it."""

    field: Field
    schema: Schema
    annotation: tree.Expr
    is_examined: bool
    """Whether a validator may be given what a request brings for it."""


def none_defaults(project: Project) -> Iterator[NoneDefault]:
    """Every such field of the models that requests bring, each one once."""
    found: set[object] = set()
    schemas = tuple(_brought(project))
    for schema in schemas:
        for field in schema.fields:
            if field.span in found or not _is_wrong(field, schema):
                continue
            written = _written(field)
            if written is not None and _is_fixed(written.value):
                found.add(field.span)
                examined = any(_examines(each, field) for each in schemas)
                yield NoneDefault(field, schema, written.annotation, examined)


def _brought(project: Project) -> Iterator[Schema]:
    """The models of pydantic 2 that requests bring, each one once."""
    seen: set[int] = set()
    for each in project.inputs:
        if each.param.source not in _BODIES or id(each.param.type) in seen:
            continue
        seen.add(id(each.param.type))
        for schema, _ in project.schemas.reached(each.param.type):
            if schema.kind == "pydantic" and not schema.options.is_old and id(schema) not in seen:
                seen.add(id(schema))
                yield schema


def _examines(schema: Schema, field: Field) -> bool:
    """Whether a model has the field, and a validator for it."""
    return any(
        v.subject == "field" and v.concerns(field.name) is not False for v in schema.validators
    ) and any(each.span == field.span for each in schema.fields)


def _is_wrong(field: Field, schema: Schema) -> bool:
    if field.initial != NONE or not is_taken_as_it_is(field.declared):
        return False
    if field.is_excluded:
        return False  # nobody is ever given it to send it back
    if not all(map(_refuses_none, classes.members(field.declared))):
        return False
    return not any(v.mode in _EARLY and v.concerns(field.name) is not False
                   for v in schema.validators if v.subject == "field")  # fmt: skip


def _refuses_none(value: Value) -> bool:
    match value:
        case External(name=name):
            return name.startswith(_PLAIN)
        case Subscripted(origin=origin):
            return isinstance(origin, External) and origin.name.startswith(_PLAIN)
        case LiteralType(values=values):
            return NONE not in values
        case ClassValue():
            return value.is_whole and any(
                isinstance(base, External) and base.name in ("pydantic.BaseModel", "enum.Enum")
                for base in value.mro()
            )
    return False


def _written(field: Field) -> tree.AnnAssign | None:
    """The statement of the class that declares the field."""
    for statement in fields.statements(field.owner):
        if isinstance(statement, tree.AnnAssign) and fields.name_of(statement) == field.name:
            return statement
    return None


def _is_fixed(default: tree.Expr | None) -> bool:
    """Whether a default is None wherever the code runs: a name may stand for a setting."""
    match default:
        case tree.Call(args=[first, *_]):
            return _is_fixed(first)
        case tree.Call(keywords=keywords):
            given = [each.value for each in keywords if each.name == "default"]
            return all(map(_is_fixed, given))
    return default is None or (isinstance(default, tree.Constant) and default.value is None)
