"""Objects that a model is to be made of, and that it does not read.

A model takes a dictionary or an object of the model itself, and anything else only with
``from_attributes`` (pydantic/main.py). FastAPI sets that for response models, nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function
from fastlint.model.following.values import NONE, AnnotatedType, ClassValue, External, Value
from fastlint.model.shapes.queried_tables import one_of_table
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project

_VALIDATES = search.spelled("model_validate")
_OPTION = b"from_attributes"


class Unread(msgspec.Struct, frozen=True, eq=False):
    """A model that is given an object and always refuses it."""

    span: Span
    model: str
    table: str
    function: Function
    is_call: bool
    """Whether the place is a call of ``model_validate``, not an argument of the model."""


def unread(project: Project) -> Iterator[Unread]:
    """Where what runs for requests gives a model an object of the ORM that it cannot read."""
    for reached in project.reach.reached:
        function = reached.function
        if function.value is None:
            continue
        if search.mentions(function.facts, _VALIDATES):
            yield from _validated(function, function.value.closure, project)
        yield from _nested(function, project)


def _validated(function: Function, closure: Frame, project: Project) -> Iterator[Unread]:
    """``UserOut.model_validate(user)``"""
    for node in function.nodes:
        match node:
            case tree.Call(
                func=tree.Attribute(value=named, attr="model_validate"),
                args=[given],
                keywords=[],
            ):
                yield from _given(given, evaluate(named, closure), node, function, project)


def _nested(function: Function, project: Project) -> Iterator[Unread]:
    """``OrderOut(user=user)``: the value of a field whose type is another model."""
    for site in function.calls:
        schema = project.schema(site.callee) if isinstance(site.callee, ClassValue) else None
        if schema is None or schema.kind != "pydantic" or schema.validators:
            continue
        for keyword in site.node.keywords:
            field = None if keyword.name is None else schema.field(keyword.name)
            if field is not None and not isinstance(field.declared, AnnotatedType):
                members = [each for each in classes.members(field.type) if each != NONE]
                if len(members) == 1:
                    yield from _given(keyword.value, members[0], keyword, function, project)


def _given(
    given: tree.Expr, model: Value, node: tree.Node, function: Function, project: Project
) -> Iterator[Unread]:
    if not isinstance(model, ClassValue) or project.schema(model) is None:
        return
    table = type_of(given, function, project)
    if table is None or isinstance(table, External):
        queried = one_of_table(given, function, project)
        table = table if queried is None else queried.value
    if isinstance(table, ClassValue) and project.table(table) and not _reads(model, table, project):
        names = model.node.name, table.node.name
        yield Unread(function.at(node), *names, function, isinstance(node, tree.Call))


def _reads(model: ClassValue, table: ClassValue, project: Project) -> bool:
    """Whether the model may read an object of the class."""
    schema = project.schema(model)
    if schema is None or schema.kind != "pydantic" or not model.is_whole or model in table.mro():
        return True
    if any(each.subject == "model" and each.mode != "after" for each in schema.validators):
        return True
    for base in model.mro():
        if isinstance(base, External):
            if base.name.startswith(("sqlmodel.", "pydantic_settings.")):
                return True
        elif project.modules_index.mentions(base.path, _OPTION) and _says(base):
            return True
    return False


def _says(cls: ClassValue) -> bool:
    """Whether a class may be configured: with ``model_config``, a ``Config``, or keywords."""
    return bool(cls.node.keywords) or any(
        name in cls.namespace.namespace for name in ("model_config", "Config")
    )
