"""What FastAPI itself makes of an application: its routes, as it would serve them."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from fastapi import FastAPI, routing
from fastapi.routing import APIRoute, APIWebSocketRoute
from fastapi.security.base import SecurityBase
from starlette.routing import BaseRoute, Mount, Router


class Served(NamedTuple):
    """One route, told in the same words by FastAPI and by the model."""

    kind: str
    path: str | None
    methods: tuple[str, ...]
    handler: str
    is_async: bool
    dependencies: tuple[str, ...]
    """``module:qualname`` in the order in which they run."""
    schemes: tuple[str, ...]
    params: tuple[tuple[str, str], ...]
    """Where each parameter of the handler itself is read from, by name."""


def served(app: FastAPI | Router, prefix: str = "") -> Iterator[Served]:
    """The path operations and WebSockets of an app in matching order, mounted apps included."""
    for route, effective in effective_routes(app.routes):
        if isinstance(route, APIRoute | APIWebSocketRoute):
            yield _told(route, effective, prefix)
        elif isinstance(route, Mount) and isinstance(route.app, FastAPI | Router):
            yield from served(route.app, prefix + effective.path)


def effective_routes(routes: Sequence[BaseRoute]) -> Iterator[tuple[BaseRoute, Any]]:
    """Each route with what stands for it under its full path."""
    contexts: Callable[..., Any] | None = getattr(routing, "iter_route_contexts", None)
    if contexts is None:  # before FastAPI 0.137 every route stood in one flat list
        yield from ((route, route) for route in routes)
        return
    for context in contexts(routes):
        yield context.original_route, context


def _told(route: BaseRoute, effective: Any, prefix: str) -> Served:
    is_http = isinstance(route, APIRoute)
    calls = [each.call for each in _in_order(effective.dependant)]
    return Served(
        "http" if is_http else "websocket",
        prefix + effective.path,
        tuple(sorted(effective.methods)) if is_http else (),
        name_of(effective.endpoint),
        _is_async(effective.endpoint),
        tuple(name_of(call) for call in calls),
        tuple(type(call).__name__ for call in calls if isinstance(call, SecurityBase)),
        tuple(sorted(_params(effective.dependant))),
    )


def _is_async(endpoint: Any) -> bool:
    """Whether FastAPI awaits it (``dependencies/models.py`` `_is_coroutine_callable`)."""
    while isinstance(endpoint, functools.partial):
        endpoint = endpoint.func
    if not inspect.isroutine(endpoint):
        endpoint = type(endpoint).__call__
    inner = inspect.unwrap(endpoint)
    return inspect.iscoroutinefunction(endpoint) or inspect.iscoroutinefunction(inner)


def _in_order(dependant: Any) -> Iterator[Any]:
    """The dependencies below one in the order in which FastAPI solves them."""
    for each in dependant.dependencies:
        yield from _in_order(each)
        yield each


def _params(dependant: Any) -> Iterator[tuple[str, str]]:
    for source in ("path", "query", "header", "cookie", "body"):
        for field in getattr(dependant, f"{source}_params"):
            yield field.name, source


def name_of(call: Any) -> str:
    """``module:qualname`` of a function, class, method, partial or of an object's class."""
    while isinstance(call, functools.partial):
        call = call.func
    if not inspect.isclass(call) and not hasattr(call, "__qualname__"):
        call = type(call)
    if not inspect.isclass(call):
        call = inspect.unwrap(call)
    if call.__module__.startswith("fastapi.security."):  # where everybody imports it from
        return f"fastapi.security.{call.__qualname__}"
    return f"{call.__module__}:{call.__qualname__}"


@contextmanager
def imported(folder: Path) -> Iterator[Callable[[str], Any]]:
    """Python as if started in ``folder``: a function that evaluates ``module:expression``.

    All that was imported from the folder is forgotten afterwards.
    """
    before = set(sys.modules)
    tops = {path.stem for path in folder.iterdir()}
    hidden = {name: sys.modules.pop(name) for name in before if name.split(".")[0] in tops}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, True

    def evaluate(target: str) -> Any:
        module, _, expression = target.partition(":")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return eval(expression, vars(importlib.import_module(module)))  # noqa: S307 - our own

    try:
        yield evaluate
    finally:
        sys.dont_write_bytecode = dont_write
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if name.split(".")[0] in tops:
                del sys.modules[name]
        sys.modules.update(hidden)


def described(app: FastAPI | Router, prefix: str = "") -> Iterator[dict[str, Any]]:
    """What else FastAPI knows of the routes that `served` tells, in the same order."""
    for route, effective in effective_routes(app.routes):
        if isinstance(route, APIRoute):
            yield _described(effective, prefix)
        elif isinstance(route, APIWebSocketRoute):
            yield {"path": prefix + effective.path}
        elif isinstance(route, Mount) and isinstance(route.app, FastAPI | Router):
            yield from described(route.app, prefix + effective.path)


def _described(route: Any, prefix: str) -> dict[str, Any]:
    response_class = getattr(route.response_class, "value", route.response_class)
    status = route.status_code
    return {
        "path": prefix + route.path,
        "tags": [getattr(tag, "value", tag) for tag in route.tags],
        "responses": sorted(map(str, route.responses)),
        "deprecated": bool(route.deprecated),
        "include_in_schema": route.include_in_schema,
        "status_code": None if status is None else int(status),
        "response_class": response_class.__name__,
        "response_model": shown(route.response_model),
        "stream_item": shown(route.stream_item_type),
        "name": route.name,
        "summary": route.summary,
        "operation_id": route.operation_id,
        "unique_id": route.unique_id,
    }


def shown(annotation: Any) -> str | None:
    """A type by the bare names of its classes."""
    if annotation is None:
        return None
    if annotation is type(None):
        return "None"
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown(args[0])
    if origin in (Union, UnionType):
        return " | ".join(str(shown(each)) for each in args)
    name: str = getattr(origin or annotation, "__name__", str(annotation))
    return f"{name}[{', '.join(str(shown(each)) for each in args)}]" if args else name
