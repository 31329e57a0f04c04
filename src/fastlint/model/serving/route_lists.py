"""Loops over ``app.routes`` that expect every route of the app to be in it.

Since fastapi 0.137 ``include_router`` keeps the router: the list has one entry for it, which is no
route and has no path, methods or endpoint (fastapi/routing.py `_IncludedRouter`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import names, walk
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import External, IncludeEntry, RouterValue, Value

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module
    from fastlint.model.project import Project

_ROUTES = search.spelled("routes")
_OF_A_ROUTE = frozenset(
    {
        "path", "path_format", "path_regex", "methods", "endpoint", "name", "operation_id", "tags",
        "dependant", "dependencies", "response_model", "include_in_schema", "summary",
        "description", "unique_id", "param_convertors", "status_code", "responses", "deprecated",
    }
)  # fmt: skip
_ASKS = frozenset({"isinstance", "hasattr", "getattr"})
_ROUTE_CLASSES = frozenset({"APIRoute", "APIWebSocketRoute"})
_APPS = frozenset({"fastapi.FastAPI", "fastapi.APIRouter"})
_SINCE = (0, 137)


class Loop(msgspec.Struct, frozen=True, eq=False):
    """A loop that does not see the routes of included routers."""

    span: Span
    """What it loops over."""
    attribute: str
    """What it reads of an entry that does not have it; empty where it passes such entries by."""


def blind_loops(project: Project) -> Iterator[Loop]:
    """Every loop over the routes of an app that includes routers."""
    index = project.modules_index
    paths = [
        module.path
        for module in project.modules
        if not module.is_test and index.mentions(module.path, _ROUTES)
    ]
    if not paths:
        return
    includes = any(
        isinstance(entry, IncludeEntry)
        for router in project.machine.routers
        if router.is_app
        for entry in router.entries
    )
    for path in paths:
        module = project.module(path)
        if includes and project.versions.of("fastapi", path).at_least(_SINCE):
            yield from _in_module(module, project)


def _in_module(module: Module, project: Project) -> Iterator[Loop]:
    yield from _in_block(list(walk(module.facts.body)), (), module, project)
    for facts in module.facts.functions:
        if search.mentions(facts, _ROUTES):
            yield from _in_block(
                list(walk(tree.statements(facts))), tuple(facts.params), module, project
            )


def _in_block(
    nodes: list[tree.Node], params: tuple[tree.Param, ...], module: Module, project: Project
) -> Iterator[Loop]:
    for node in nodes:
        if isinstance(node, tree.For):
            found = node.iterable, node.target, list(walk(node.body))
        elif isinstance(node, tree.Comprehension):
            (first, *_), inside = node.clauses, [node.element, node.value]
            below = [each for each in inside if each is not None]
            asked = [test for clause in node.clauses for test in clause.conditions]
            found = first.iterable, first.target, list(walk([*below, *asked]))
        else:
            continue
        over, target, body = found
        if not (isinstance(over, tree.Attribute) and over.attr == "routes"):
            continue
        if isinstance(target, tree.Name) and _includes(over.value, params, module, project):
            attribute = _read(target.id, body)
            if attribute is not None:
                yield Loop(span_of(module.path, over), attribute)


def _read(name: str, body: list[tree.Node]) -> str | None:
    """What is read of an entry as if it were a route; None where nothing is."""
    asks = read = ""
    other = False
    for node in body:
        match node:
            case tree.Attribute(value=tree.Name(id=owner), attr=attr) if owner == name:
                read = read or (attr if attr in _OF_A_ROUTE else "")
            case tree.Call(func=tree.Name(id=func), args=[tree.Name(id=first), *rest]):
                if func in _ASKS and first == name:
                    of_routes = func != "isinstance" or not _ROUTE_CLASSES.isdisjoint(names(rest))
                    asks = asks or (func if of_routes else "")
                    other = other or not of_routes
            case tree.Call(func=tree.Name(id="iter_route_contexts")):
                return None
            case tree.Call(args=args):
                if any(isinstance(each, tree.Name) and each.id == name for each in args):
                    return None  # which may know what it is given
    if asks:
        return ""
    return None if other else read or None


def _includes(
    owner: tree.Expr, params: tuple[tree.Param, ...], module: Module, project: Project
) -> bool:
    """Whether the routes are those of an app that includes routers, or may be given one."""
    frame = project.machine.run_module(module.path)
    if isinstance(owner, tree.Name):
        for param in params:
            if param.name == owner.id:
                declared = param.annotation and project.machine.evaluate(param.annotation, frame)
                return isinstance(declared, External) and declared.name in _APPS
    if isinstance(owner, tree.Attribute) and owner.attr == "app":
        request = owner.value
        return isinstance(request, tree.Name) and request.id == "request"
    value: Value = project.machine.evaluate(owner, frame)
    return isinstance(value, RouterValue) and any(
        isinstance(entry, IncludeEntry) for entry in value.entries
    )
