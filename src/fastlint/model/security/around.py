"""What runs around a handler, dependencies aside: middleware, route classes, decorators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.classes import is_subclass
from fastlint.model.following.fastapi.middleware import Middleware
from fastlint.model.following.values import (
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    RouterValue,
    Unknown,
    Value,
)
from fastlint.model.security.backends import is_backed, lets_everybody_in
from fastlint.model.serving.routing import Route, Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BASE_HTTP = "starlette.middleware.base.BaseHTTPMiddleware"


def around(route: Route, project: Project, *, in_any_case: bool = False) -> Iterator[Value]:
    """What stands around the handler of a route and could turn a request away.

    Middleware that is known to let everybody in, or all who ask for this path, is left out;
    ``in_any_case``: also what is added under a condition only.
    """
    values = [router.value for router in _routers(route)]
    yield from of_routers(
        values,
        project,
        is_socket=route.kind == "websocket",
        in_any_case=in_any_case,
        lets_by=lambda made: project.guards.lets_by(made, route),
    )
    yield from decorators(route.entry.handler)


def passed_by(route: Route) -> Iterator[Value]:
    """The middleware around a WebSocket that is run for HTTP requests alone."""
    for router in _routers(route):
        for each in _middleware(router.value):
            if _is_for_http(each.made) and not each.conditional:
                yield each.made


def asks_a_backend(route: Route, project: Project) -> bool:
    """Whether an `AuthenticationMiddleware` looks at the credentials of those who have any.

    Around a route of which no app is known any app of the project may stand.
    """
    routers = _routers(route) if route.app is not None else project.apps
    return any(is_backed(made) for router in routers for made in _middleware(router.value))


def is_run_by_others(route: Route) -> bool:
    """Whether the route class of a library runs the handler, which may give it who is asking.

    So does dishka's, which fills in the parameters that it knows.
    """
    classes = (router.value.options.get("route_class") for router in _routers(route))
    return any(
        isinstance(each, External) and not each.name.startswith("fastapi.") for each in classes
    )


def of_routers(
    values: Iterable[RouterValue],
    project: Project,
    *,
    is_socket: bool,
    in_any_case: bool = False,
    lets_by: Callable[[Middleware], bool] | None = None,
) -> Iterator[Value]:
    """What apps and routers put around all that they serve; not what lets all of that by."""
    for value in {id(value): value for value in values}.values():
        for made in _middleware(value):
            is_passed_by = is_socket and _is_for_http(made.made)
            if is_passed_by or (in_any_case and made.conditional):
                continue
            if lets_by is None or not lets_by(made):
                yield from _judged(made, project)
        route_class = value.options.get("route_class")
        if route_class is not None and route_class != Const(None):
            yield route_class
        if value.cls is not None:
            yield value.cls


def decorators(handler: Value) -> Iterator[Value]:
    """The decorators of a handler, and the functions that they put in its place."""
    while isinstance(handler, FunctionValue):
        for by in handler.decorators:
            yield by.cls if isinstance(by, Instance) else by
        if handler.wraps is None:
            return
        yield handler
        handler = handler.wraps


def _judged(made: Middleware, project: Project) -> Iterator[Value]:
    open_to_all = lets_everybody_in(made, project)
    if open_to_all is None:
        yield Unknown("what the backend of `AuthenticationMiddleware` does is not known")
    elif not open_to_all:
        yield made.made


def _middleware(value: RouterValue) -> Iterator[Middleware]:
    for item in value.attached:
        if item.kind == "middleware":
            yield Middleware(item.function, item.args, item.options, item.span, item.conditional)
    given = value.options.get("middleware")
    if isinstance(given, Items):
        listed = [Unknown(), *given.items] if given.open else given.items
    else:
        listed = [] if given is None or given == Const(None) else [given]
    for each in listed:
        # `Middleware(Class, …)`
        if isinstance(each, Instance) and each.args:
            yield Middleware(each.args[0], each.args[1:], each.keywords, value.span, False)
        else:
            made = Unknown() if isinstance(given, Items) else each
            yield Middleware(made, (), {}, value.span, False)


def _is_for_http(middleware: Value) -> bool:
    """Whether WebSockets pass by it: functions and ``BaseHTTPMiddleware`` (starlette 1.10)."""
    return isinstance(middleware, FunctionValue) or is_subclass(middleware, _BASE_HTTP)


def _routers(route: Route) -> list[Router]:
    found = [route.router, *(step.router for step in route.steps)]
    return [route.app, *found] if route.app is not None else found
