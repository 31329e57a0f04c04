"""The types of plain expressions in a body: of parameters, of variables, of fields and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import NONE, External, Instance, UnionType, Value

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DEEPEST = 4
_COLUMN_TYPES = {
    "sqlalchemy.Integer": "builtins.int",
    "sqlalchemy.BigInteger": "builtins.int",
    "sqlalchemy.SmallInteger": "builtins.int",
    "sqlalchemy.String": "builtins.str",
    "sqlalchemy.Text": "builtins.str",
}


def type_of(
    node: tree.Expr | None, function: Function, project: Project, depth: int = _DEEPEST
) -> Value | None:
    """The type of ``name``, ``name.attribute`` or a call; None where it is not certain.

    Of a type and None it is the type.
    """
    if depth == 0:
        return None
    match node:
        case tree.Constant(value=int()) if not isinstance(node.value, bool):
            return External("builtins.int")
        case tree.Await(value=value):
            return type_of(value, function, project, depth)
        case tree.Name(id=name):
            return _without_none(_of_name(name, function, project, depth))
        case tree.Attribute(value=owner, attr=attr):
            cls = type_of(owner, function, project, depth - 1)
            return None if cls is None else _without_none(_of_attribute(cls, attr, project))
        case tree.Call():
            site = function.call_at(node)
            found = None if site is None else site.result
            return found.cls if isinstance(found, Instance) else None
    return None


def _of_name(name: str, function: Function, project: Project, depth: int) -> Value | None:
    value = function.only_value(name)
    found = None if value is None else type_of(value, function, project, depth - 1)
    return function.declared(name) if found is None else found


def _of_attribute(cls: Value, name: str, project: Project) -> Value | None:
    table = project.table(cls)
    column = None if table is None else table.column(name)
    if column is not None:
        if column.declared is not None:
            return classes.without_markers(column.declared)
        given = [each.cls if isinstance(each, Instance) else each for each in column.args]
        known = (_COLUMN_TYPES.get(each.name) for each in given if isinstance(each, External))
        return next((External(each) for each in known if each), None)
    schema = project.schema(cls)
    found = None if schema is None else schema.field(name)
    return None if found is None else found.type


def _without_none(declared: Value | None) -> Value | None:
    if isinstance(declared, UnionType):
        left = [each for each in declared.members if each != NONE]
        return classes.without_markers(left[0]) if len(left) == 1 else None
    return declared
