"""What an app serves and its dependencies do not run for.

Followed from fastapi 0.165: ``FastAPI(dependencies=…)`` go to path operations (``routing.py``,
`APIRouter.__init__`); handlers of ``add_route`` and mounted apps are Starlette's. What WebSockets
pass by is so from starlette 1.10: ``middleware/base.py`` hands on what is no HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.findings import Span
from fastlint.model.calls.entries import functions_behind
from fastlint.model.following.values import MountEntry, Value
from fastlint.model.security.around import passed_by
from fastlint.model.security.sensitive_paths import is_public, sensitive_part
from fastlint.model.serving.raw_routes import raw_routes
from fastlint.model.serving.routing import Route, Router

if TYPE_CHECKING:
    from fastlint.model.project import Project


_OF_PATHS = (b"path", b"url", b"scope")


class Bypass(msgspec.Struct, frozen=True, eq=False):
    """A way past the guard of an app."""

    span: Span
    what: str
    instead: str
    app: Router
    guard: str
    affected: tuple[str, ...]


def bypasses(project: Project) -> Iterator[Bypass]:
    """The open handlers and mounted apps of apps that guard all of their path operations."""
    guards = _guards_of_apps(project)
    if not guards:
        return
    for raw in raw_routes(project):
        guard = guards.get(id(raw.routers[0]))
        if guard is None or any(router.is_app for router in raw.routers[1:]):
            continue
        if _is_settled(raw.path, project) or project.module(raw.span.path).is_test:
            continue
        if project.guards.passes_through(raw.routers, raw.handler):
            function = project.function(raw.handler)
            yield Bypass(
                raw.span,
                f"`{raw.path}` of `add_route`",
                "make it a path operation, or look in the handler who is asking",
                raw.routers[0],
                guard,
                (function.id,),
            )
    for (app, mount), routes in _mounted(project).items():
        guard = guards.get(id(app))
        if guard is None or not all(project.guards.is_open(route) for route in routes):
            continue
        if any(_is_settled(route.path or "", project) for route in routes):
            continue
        step = next(step for step in routes[0].steps if step.entry is mount)
        yield Bypass(
            step.span,
            f"the app mounted at `{step.prefix}` with its {len(routes)} routes"
            if len(routes) > 1
            else f"the app mounted at `{step.prefix}` with its route",
            "give the mounted app dependencies of its own, or include a router instead",
            app,
            guard,
            tuple(route.handler.id for route in routes if route.handler),
        )


class OpenSocket(msgspec.Struct, frozen=True, eq=False):
    """A WebSocket that comes past the middleware which guards its app."""

    route: Route
    guard: str


def open_sockets(project: Project) -> Iterator[OpenSocket]:
    """The open WebSockets of apps whose guard is middleware that only HTTP requests go through."""
    for route in project.reachable_routes:
        if route.kind != "websocket" or route.app is None or route.handler is None:
            continue
        if project.module(route.span.path).is_test or is_public(route.path or "", project.settings):
            continue
        passed = (each for each in passed_by(route) if _guards_all(each, project))
        guard = next(passed, None)
        if guard is not None and project.guards.is_open(route):
            yield OpenSocket(route, project.reader.name(guard))


def _guards_all(middleware: Value, project: Project) -> bool:
    """Whether middleware is a guard, and does not look at which path is asked for."""
    behind = functions_behind(middleware, project)
    return project.guards.certainly_guards(middleware) and not any(
        search.mentions(function.facts, *_OF_PATHS) for function in behind
    )


def _is_settled(path: str, project: Project) -> bool:
    """Whether a path is public, or speaks of administration: then another rule speaks of it."""
    return is_public(path, project.settings) or bool(sensitive_part(path, project.settings))


def _guards_of_apps(project: Project) -> dict[int, str]:
    """A guard that stands at the app itself, by the id of the app."""
    found: dict[int, str] = {}
    for route in project.routes:
        if route.app is None or id(route.app) in found or any(s.router.is_app for s in route.steps):
            continue
        top = [each for each in route.inherited if each.origin == "app"]
        certain = project.guards.certain(route)
        name = next((d.name for each in top for d in each.all[::-1] if d.name in certain), None)
        if name is not None:
            found[id(route.app)] = name
    return found


def _mounted(project: Project) -> dict[tuple[Router, MountEntry], list[Route]]:
    """The routes of apps that are mounted in another, by the mount."""
    found: dict[tuple[Router, MountEntry], list[Route]] = {}
    for route in project.routes:
        mounts = [s.entry for s in route.steps if isinstance(s.entry, MountEntry)]
        if route.app is not None and mounts and not project.module(route.span.path).is_test:
            found.setdefault((route.app, mounts[0]), []).append(route)
    return found
