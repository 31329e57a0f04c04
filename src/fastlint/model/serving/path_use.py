"""Which names of its path a route reads: by parameter, by alias, or from the request itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    ClassValue,
    Const,
    DependsMarker,
    External,
    Instance,
    LambdaValue,
    ParamMarker,
    Unknown,
)
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.parameters import Param, is_required, may_be_marker
from fastlint.model.serving.routing import Route, Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_PLACEHOLDER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")
_ALIKE = 0.8
_CONNECTIONS = (
    "starlette.requests.Request",
    "starlette.requests.HTTPConnection",
    "starlette.websockets.WebSocket",
)
_APART_FROM_PATH = frozenset(
    {
        "accept", "app", "auth", "body", "client", "close", "cookies", "form", "headers",
        "is_disconnected", "iter_bytes", "iter_json", "iter_text", "json", "method",
        "query_params", "receive", "receive_bytes", "receive_json", "receive_text", "send_bytes",
        "send_json", "send_text", "session", "state", "stream", "user",
    }
)  # fmt: skip
"""What can be asked of a request or WebSocket without meeting its path."""
_PLAIN = (
    "builtins.", "collections.", "datetime.", "decimal.", "email.", "enum.", "fastapi.",
    "ipaddress.", "pathlib.", "pydantic.", "sqlalchemy.", "sqlmodel.", "starlette.", "types.",
    "typing.", "uuid.",
)  # fmt: skip
"""Where types come from that certainly are no alias of an ``Annotated`` with a dependency in it."""


def placeholders(path: str) -> dict[str, str]:
    """The names in braces and their convertors: ``{"rest": "path"}`` for ``/files/{rest:path}``."""
    return dict(_PLACEHOLDER.findall(path))


def names_read(route: Route, project: Project) -> frozenset[str] | None:
    """The names under which handler and dependencies read the path; None where not all is known.

    A function that could reach the path through its request reads what cannot be told.
    """
    handler = route.handler
    if handler is None or route.unknown or not _is_called_as_written(handler):
        return None
    if any("route_class" in router.value.options for router in _routers(route)):
        return None
    names: set[str] = set()
    for dependency in route.all_dependencies:
        own = _names_of_dependency(dependency, project)
        if own is None:
            return None
        names |= own
    for function, _, param in route.signatures:
        for own in (_names_of_param(param, project), _names_of_request(function, param)):
            if own is None:
                return None
            names |= own
    return frozenset(names)


def answers_any_alike(route: Route) -> bool:
    """Whether it is about no single thing: an answer to preflights, or one that always refuses."""
    if route.methods == ("OPTIONS",):
        return True
    body = [] if route.handler is None else route.handler.statements
    return bool(body) and isinstance(body[0], tree.Raise)


def misnamed(route: Route, name: str) -> Param | None:
    """The parameter that is meant by a name of the path which nothing reads, under another name.

    A required query parameter of the handler that looks like the name: every request has to bring
    it besides the path.
    """
    found = [
        (_likeness(param.name, name), param)
        for param in route.params
        if param.source == "query" and param.marker is None and is_required(param)
    ]
    best = max(found, key=lambda each: each[0], default=None)
    return best[1] if best is not None and best[0] >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; 1 where one begins or ends with the other, as ``item_id`` does with ``id``."""
    a, b = (each.lower().replace("_", "") for each in (one, other))
    if a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a):
        return 1.0
    return SequenceMatcher(None, a, b).ratio()


def _routers(route: Route) -> Iterator[Router]:
    yield route.router
    yield from (step.router for step in route.steps)
    if route.app is not None:
        yield route.app


def _is_called_as_written(function: Function) -> bool:
    """Whether FastAPI sees the parameters that stand in the text."""
    if function.facts.is_method and function.value is not None and not function.value.bound:
        return False  # somebody else, such as a decorator of the class, binds it
    return not any(param.kind.startswith("*") for param in function.facts.params)


def _names_of_dependency(dependency: Dependency, project: Project) -> set[str] | None:
    """The names that a dependency without a function of its own reads; None where unknown."""
    if dependency.unknown:
        return None
    if dependency.function is not None:
        return set() if _is_called_as_written(dependency.function) else None
    match dependency.callable:
        case LambdaValue(node=node):
            return {param.name for param in node.params}
        case ClassValue() as cls:
            schema = project.schema(cls)
            if schema is not None:
                return {field.name for field in schema.fields}
            plain = all(isinstance(base, ClassValue) for base in cls.mro())
            return set() if plain else None
        case External(name=name) if name.startswith("fastapi."):
            return set()
    return set() if dependency.scheme else None


def _names_of_param(param: Param, project: Project) -> set[str] | None:
    if isinstance(param.marker, ParamMarker):
        return _names_of_marker(param, param.marker, project)
    if isinstance(param.marker, DependsMarker) or param.source == "special":
        return set()
    return None if _may_hide_a_dependency(param) else {param.name}


def _names_of_marker(param: Param, marker: ParamMarker, project: Project) -> set[str] | None:
    names = {param.name}
    for member in classes.members(param.type) if marker.kind == "Path" else ():
        schema = project.schema(member)  # a model of path parameters
        if schema is not None:
            names.update(field.name for field in schema.fields)
    for given in ("alias", "validation_alias"):
        value = marker.keywords.get(given, NONE)
        choices = value.args if isinstance(value, Instance) else (value,)
        for choice in choices:
            if isinstance(choice, Const):
                names.update([choice.value] if isinstance(choice.value, str) else [])
            else:
                return None
    return None if "**" in marker.keywords else names


def _may_hide_a_dependency(param: Param) -> bool:
    """Whether the annotation or the default may be an alias or marker that is not known."""
    if param.default is not None and may_be_marker(param.default):
        return True
    if not param.has_annotation:
        return False
    if isinstance(param.declared, AnnotatedType) and any(
        map(may_be_marker, param.declared.metadata)
    ):
        return True
    return any(
        isinstance(member, Unknown)
        or (isinstance(member, External) and not member.name.startswith(_PLAIN))
        for member in classes.members(param.declared)
    )


def _names_of_request(function: Function, param: Param) -> set[str] | None:
    """The names that ``function`` takes from the request itself; None where it could be any."""
    if not classes.is_subclass(param.type, *_CONNECTIONS):
        return set()
    names: set[str] = set()
    understood: set[int] = set()
    for node in function.nodes:
        if isinstance(node, tree.Attribute) and node.attr in _APART_FROM_PATH:
            understood.add(id(node.value))
        elif isinstance(node, tree.Subscript | tree.Call) and (taken := _taken_from_path(node)):
            names.add(taken[1])
            understood.add(id(taken[0]))
    for node in function.nodes:
        if isinstance(node, tree.Lambda | tree.FunctionDef | tree.ClassDef):
            return None
        if isinstance(node, tree.Name) and node.id == param.name and id(node) not in understood:
            return None
    return names


def _taken_from_path(node: tree.Subscript | tree.Call) -> tuple[tree.Expr, str] | None:
    """The request and the name of ``request.path_params["name"]`` and ``….get("name")``."""
    match node:
        case tree.Subscript(
            value=tree.Attribute(value=request, attr="path_params"),
            index=tree.Constant(value=str(name)),
        ):
            return request, name
        case tree.Call(
            func=tree.Attribute(
                value=tree.Attribute(value=request, attr="path_params"), attr="get"
            ),
            args=[tree.Constant(value=str(name)), *_],
        ):
            return request, name
    return None


def prefixes(route: Route) -> Iterator[tuple[Span, str]]:
    """The prefixes that stand in front of the route's own path, each with where it is written."""
    for step in route.steps:
        if step.prefix:
            yield step.span, step.prefix
    routers = dict.fromkeys([*(step.router for step in route.steps), route.router])
    for router in routers:
        given = router.value.options.get("prefix")
        if isinstance(given, Const) and isinstance(given.value, str) and not router.is_app:
            yield router.span, given.value
