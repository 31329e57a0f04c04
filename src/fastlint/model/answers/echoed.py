"""What goes out of a path operation as it is: objects of the ORM, models that the client sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import names
from fastlint.model.answers.exposed import is_certain, is_secret
from fastlint.model.following.frames import Returned
from fastlint.model.following.functions import Function
from fastlint.model.following.values import External, Subscripted, Value
from fastlint.model.serving.parameters import Param, is_mapping
from fastlint.model.serving.responses import may_be_replaced, response_model
from fastlint.model.shapes.queried_tables import table_of

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route
    from fastlint.model.shapes.tables import Table

_ANYTHING = frozenset({"typing.Any", "builtins.object", "builtins.dict", "typing.Dict"})
_DUMPS = frozenset({"model_dump", "dict"})


class Echo(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` of the very model that the client sent."""

    node: tree.Node
    param: Param
    schema: str
    secret: str
    """The field that should not go out."""


class Bare(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` of an object of the ORM, or a list of them."""

    node: tree.Node
    table: Table
    secret: str
    """A column that should not go out; empty where none is known by its name."""


def is_unfiltered(route: Route, project: Project) -> bool:
    """Whether the answer is sent with everything that is in it."""
    answer = response_model(route)
    if route.kind != "http" or not answer.is_json or not answer.has_body:
        return False
    if answer.declared is None and answer.source == "annotation":
        return False  # a response class, or None, which is more likely to be what is meant
    if answer.declared is not None and not _is_anything(answer.declared):
        return False
    if route.handler is None or route.handler.facts.is_generator:
        return False
    leaves_out = ("response_model_include", "response_model_exclude")
    if any(route.option(name) is not None for name in leaves_out) or route.has_unknown_options:
        return False
    return not may_be_replaced(route.entry.handler, project.machine)


def _is_anything(declared: Value) -> bool:
    if isinstance(declared, Subscripted):
        return is_mapping(declared) and _is_anything(declared.args[-1])
    return isinstance(declared, External) and declared.name in _ANYTHING


# --- what the client sent ----------------------------------------------------------------------


def echoes(route: Route, project: Project) -> Iterator[Echo]:
    """Every ``return`` of a body that has a secret field."""
    handler = route.handler
    if handler is None:
        return
    for param in route.params:
        schema = project.schema(param.type) if param.source in ("body", "form") else None
        if schema is None or schema.kind == "table":
            continue
        secret = next((f.name for f in schema.fields if is_secret(f)), None)
        if secret is None or _is_rewritten(handler, param.name):
            continue
        if schema.serializers or not is_unfiltered(route, project):
            continue
        for returned in handler.returns:
            if _is_whole(_value(returned), param.name):
                yield Echo(returned.node, param, schema.name, secret)


def _value(returned: Returned) -> tree.Expr | None:
    node = returned.node
    return node.value if isinstance(node, tree.Return) else None


def _is_whole(node: tree.Expr | None, name: str) -> bool:
    """``user``, ``{"user": user}``, ``{"id": 1, **user.model_dump()}``"""
    match node:
        case tree.Name(id=read):
            return read == name
        case tree.DictDisplay(values=values):
            return any(_is_whole(each, name) for each in values)
        case tree.Call(func=tree.Attribute(value=inner, attr=attr), args=[], keywords=[]):
            return attr in _DUMPS and _is_whole(inner, name)
    return False


def _is_rewritten(handler: Function, name: str) -> bool:
    """Whether the variable, or something of it, is set anew."""
    for node in handler.nodes:
        match node:
            case tree.Assign(targets=targets) | tree.Delete(targets=targets):
                if name in names(targets):
                    return True
            case tree.AnnAssign(target=target) | tree.AugAssign(target=target):
                if name in names([target]):
                    return True
            case tree.Call(func=tree.Name(id="setattr" | "delattr"), args=[tree.Name(id=read), *_]):
                if read == name:
                    return True
    return False


# --- objects of the ORM ------------------------------------------------------------------------


def bare(route: Route, project: Project) -> Iterator[Bare]:
    """Every ``return`` of what an ORM gave, with all of its columns."""
    handler = route.handler
    if handler is None or handler.value is None:
        return
    given = dict(_given(route, project))
    found = [
        (returned, table)
        for returned in handler.returns
        if (table := table_of(_value(returned), handler, project)) is not None
        or (table := _given_whole(_value(returned), given)) is not None
    ]
    if found and is_unfiltered(route, project):
        is_declared = response_model(route).declared is not None
        for returned, table in found:
            secret = next((c.name for c in table.columns if is_certain(c.name)), "")
            # Of a declared `Any` pydantic writes what is a model, and nothing else.
            if is_declared and (project.schema(table.value) is None or not secret):
                continue
            yield Bare(returned.node, table, secret)


def _given(route: Route, project: Project) -> Iterator[tuple[str, Table]]:
    """The objects of an ORM that dependencies give the handler, by the parameter's name.

    A dependency that declares to give something else is believed.
    """
    handler = route.handler
    params = {param.name: param for param in route.params if param.source == "dependency"}
    for each in route.dependencies:
        param = params.get(each.parameter or "")
        table = None if param is None else project.table(param.type)
        if handler is None or param is None or table is None or each.function is None:
            continue
        declared = each.function.declared_return
        is_open = declared is None or each.function.facts.is_generator
        is_same = is_open or (declared is not None and project.table(declared) is table)
        if is_same and not _is_rewritten(handler, param.name):
            yield param.name, table


def _given_whole(node: tree.Expr | None, given: Mapping[str, Table]) -> Table | None:
    return next((table for name, table in given.items() if _is_whole(node, name)), None)
