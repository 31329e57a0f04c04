"""Relationships that are looked at where no ``AsyncSession`` can ask for them any more.

Followed from SQLAlchemy 2.1, ``ext/asyncio``: what is loaded when it is first looked at would
have to be awaited, and looking at an attribute awaits nothing: ``MissingGreenlet``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import UNKNOWN, Subscripted
from fastlint.model.reading.upwards import Upwards
from fastlint.model.serving.responses import response_model
from fastlint.model.shapes.loaded import Loaded, loaded

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_ASYNC = b"AsyncSession"
_LOADS = (b"refresh", b"run_sync", b"awaitable_attrs", b"options", b"load")
"""Words of functions that may load what is missing in another way."""


class Unloaded(msgspec.Struct, frozen=True, eq=False):
    """A place where a relationship is looked at that is not there."""

    span: Span
    table: str
    name: str
    """Of the relationship."""
    model: str
    """The response model that looks at it; empty where the function itself does."""
    function: Function


def unloaded(project: Project) -> Iterator[Unloaded]:
    """Where what requests run looks at what their asynchronous query has not loaded."""
    index = project.modules_index
    if not any(index.mentions(path, _ASYNC) for path in index.paths):
        return
    names = frozenset(
        relationship.name
        for table in project.tables.all
        for relationship in table.relationships
        if relationship.lazy == "select"
    )
    if not names:
        return
    words = search.Words(map(search.spelled, names))
    for reached in project.reach.reached:
        function = reached.function
        may_look = function.is_async and search.matches(function.facts, words)
        if not may_look or search.mentions(function.facts, *_LOADS):
            continue
        if not project.module(function.path).is_test:
            yield from _looked_at(function, names, project)
    for route in project.operations:
        yield from _answered(route, project)


def _looked_at(function: Function, names: frozenset[str], project: Project) -> Iterator[Unloaded]:
    up = Upwards(function)
    for node in function.nodes:
        if not isinstance(node, tree.Attribute) or node.attr not in names:
            continue
        if isinstance(node.value, tree.Name):
            found = _object(node.value, up, function, project)
            if found is not None and found.is_async and found.missing(node.attr, project):
                yield Unloaded(function.at(node), found.table.name, node.attr, "", function)


def _object(node: tree.Name, up: Upwards, function: Function, project: Project) -> Loaded | None:
    """The object that a name stands for: a single one, or each one of a loop."""
    loop = up.loop_of(node, node.id)
    found = loaded(node if loop is None else loop.iterable, function, project)
    return found if found is not None and found.is_many == (loop is not None) else None


def _answered(route: Route, project: Project) -> Iterator[Unloaded]:
    """What the response model of a path operation reads of the objects that are returned."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.value is None or not handler.is_async:
        return
    if search.mentions(handler.facts, *_LOADS) or project.module(handler.path).is_test:
        return
    if route.has_unknown_options or any(name in route.entry.options for name in _FILTERS):
        return
    declared = classes.without_markers(response_model(route).declared or UNKNOWN)
    is_many = isinstance(declared, Subscripted) and len(declared.args) == 1
    schema = project.schema(declared.args[0] if isinstance(declared, Subscripted) else declared)
    if schema is None or schema.kind != "pydantic" or schema.validators:
        return
    for each in handler.returns:
        node = each.node.value if isinstance(each.node, tree.Return) else None
        found = loaded(node, handler, project)
        if found is None or not found.is_async or found.is_many != is_many:
            continue
        for field in schema.fields:
            own = field.aliases.is_known and not field.aliases.validation
            if own and found.missing(field.name, project):
                yield Unloaded(
                    handler.at(each.node), found.table.name, field.name, schema.name, handler
                )
                break


_FILTERS = ("response_model_include", "response_model_exclude")
