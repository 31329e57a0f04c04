"""What FastAPI runs on the event loop, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.model.calls.blocking import handed_on, run_later
from fastlint.model.calls.from_threads import from_threads
from fastlint.model.calls.implementations import Implementations
from fastlint.model.calls.incoming import checks
from fastlint.model.calls.inline import is_stream, steps
from fastlint.model.calls.outgoing import writers
from fastlint.model.calls.plugged import authenticating, route_handlers
from fastlint.model.calls.socket_events import socket_events
from fastlint.model.following import contexts
from fastlint.model.following.contexts import NOTHING, Given
from fastlint.model.following.fastapi.middleware import middleware, run_by
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, is_test
from fastlint.model.following.values import (
    FunctionValue,
    Mapping,
    MountEntry,
    Partial,
    Value,
)
from fastlint.model.serving.routing import Route, attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

_HANDS_OVER = (b"Response", b"add_task", b"BackgroundTask")
"""One of these stands in nearly every function that hands another to FastAPI to be run. An ``async
def`` is looked into in any case, for what it does itself."""

_MOST_AT_START = 300
"""Functions of the start-up that are looked into for the tasks that they make."""


class Entry(msgspec.Struct, frozen=True, eq=False):
    """A function that FastAPI itself calls on the event loop."""

    function: Function
    kind: str
    """``handler``, ``WebSocket handler``, ``Starlette handler`` (of ``add_route``: no path
    operation), ``dependency``, ``middleware``, ``authentication backend``, ``route class``,
    ``Socket.IO handler``, ``callback`` (that a thread hands back), ``exception handler``,
    ``stream``, ``background task``, ``validator`` (of what a request brings), ``serializer`` (of
    what is answered), ``task`` (made at start-up), ``start-up``"""
    routes: tuple[Route, ...]
    """The routes that it is run for; empty where it is run for all."""
    kinds: frozenset[str] = frozenset()
    """Everything that it is run as: a function can be a handler and a dependency."""
    variants: tuple[Function, ...] = ()
    """The same function as often as some other function has defined it."""
    apart: tuple[tuple[Route, ...], ...] = ()
    """The routes of each of these, where they are told apart."""
    ways: tuple[tuple[Function, Given], ...] = ()
    """Each of these, with what those bring along who hand it over to be run."""

    @property
    def label(self) -> str:
        """``the handler of `GET /items` and 2 more routes``, ``the dependency `db` of `GET /```."""
        more = different(self.routes) - 1
        return self.nearest + {-1: "", 0: "", 1: " and one more route"}.get(
            more, f" and {more:,} more routes"
        )

    @property
    def nearest(self) -> str:
        """The same, of its first route alone."""
        what = self.kind.removeprefix("WebSocket ")
        value = self.function.value
        facts = self.function.facts if value is None else value.original.facts
        name = facts.qualname.rpartition("<locals>.")[2]
        if not self.routes:
            return f"the {what} `{name}`"
        named = "" if what == "handler" else f" `{name}`"
        return f"the {what}{named} of `{self.routes[0].label}`"


def different(routes: Sequence[Route]) -> int:
    """How many routes a person would count: ``/items`` and ``/items/`` of one handler are one.

    Those of apps that only tests make are counted where there are no others.
    """
    served = [r for r in routes if r.app is None or not is_test(r.app.span.path)]
    return len({_counted_as(route) for route in served or routes})


def _counted_as(route: Route) -> tuple[object, ...]:
    if route.path is None or route.handler is None:
        return (id(route),)
    path = route.path.rstrip("/")
    return id(route.app), route.handler.id, route.kind, route.methods, path


def entries(project: Project) -> Iterator[Entry]:
    """Every ``async def`` that FastAPI runs while it serves requests, each function once.

    ``def`` handlers, dependencies, exception handlers and background tasks run in the thread pool
    (fastapi/routing.py `run_endpoint_function`, fastapi/dependencies/utils.py,
    starlette/background.py), and so do plain generators that are streamed; they are not entries.
    Middleware and WebSocket handlers are always on the loop.
    """
    found = _Found()
    for route in project.reachable_routes:
        kind = "WebSocket handler" if route.kind == "websocket" else "handler"
        found.add_called(route.entry.handler, kind, (route,), project)
        for dependency in route.all_dependencies:
            if dependency.function is not None:
                found.add_called(dependency.function.value, "dependency", (route,), project)
    _add_what_is_plugged_in(found, project)
    for served in project.reach.served:
        if served.function.is_async or _may_hand_over(served.function):
            for value, kind, given in _handed_over(served.function):
                found.add(project.function(value), kind, served.routes, given=given)
    for function, route in checks(project):
        found.add(function, "validator", (route,), either=True)
    for function, route in writers(project):
        found.add(function, "serializer", (route,), either=True)
    for function, given in _left_running(project):
        found.add(function, "task", (), given=given)
    yield from found.entries()


def _add_what_is_plugged_in(found: _Found, project: Project) -> None:
    for value, kind in (*_attached(project), *_options(project)):
        for function in functions_behind(value, project):
            found.add(function, kind, ())
    for value in authenticating(project):
        found.add(project.function(value), "authentication backend", ())
    for value, route in route_handlers(project):
        found.add(project.function(value), "route class", (route,))
    for value, reached, given in from_threads(project):
        function, routes = project.function(value), reached.root.routes
        found.add(function, "callback", routes, either=True, given=given)
    for value in socket_events(project):
        found.add(project.function(value), "Socket.IO handler", (), either=True)


def starting(project: Project) -> Iterator[Entry]:
    """What runs on the event loop before the first request and after the last one.

    Lifespans, and the handlers of start-up and shutdown, ``def`` or ``async def``
    (starlette/routing.py `Router.startup`).
    """
    found = _Found()
    for _, item in attached(project.machine.routers):
        if item.kind in ("event", "lifespan"):
            for function in functions_behind(item.function, project):
                found.add(function, "start-up", (), either=True)
    yield from found.entries()


def _left_running(project: Project) -> Iterator[tuple[Function, Given]]:
    """The coroutines that start-up makes tasks of, which run while requests are served.

    Of each is told what it is given as well.
    """
    known = Implementations(project.machine)
    waiting = [f.value for entry in project.starting for f in entry.variants if f.value]
    seen = {value.key for value in waiting}
    while waiting and len(seen) < _MOST_AT_START:
        for step in steps(project.machine.watch(waiting.pop()), known):
            function = step.function
            if step.verb == "starts" and function.facts.is_async:
                yield project.function(function), step.given
            elif (
                function.key not in seen and step.kept_by is None
            ):  # each worker has a `start` of the same text
                seen.add(function.key)
                waiting.append(function)


_Key = tuple[str, int, bool]


class _Found:
    """The functions found so far, by where they are defined."""

    def __init__(self) -> None:
        self._functions: dict[_Key, dict[int, Function]] = {}
        self._kinds: dict[_Key, dict[str, None]] = {}
        self._routes: dict[_Key, dict[int, dict[int, Route]]] = {}
        self._ways: dict[_Key, list[tuple[Function, Given]]] = {}

    def add_called(
        self, value: Value | None, kind: str, routes: tuple[Route, ...], project: Project
    ) -> None:
        """Note what runs when FastAPI calls a handler or a dependency.

        It calls a decorator's wrapper, and awaits it where the wrapper or the function behind it is
        ``async def`` (fastapi/dependencies/models.py `_is_coroutine_callable_cached`).
        """
        if not isinstance(value, FunctionValue):
            return
        outer, inner = project.function(value), project.function(value.original)
        self.add(inner, kind, routes)
        if outer is not inner and (outer.is_async or inner.is_async):
            self._note((inner.path, inner.facts.index, True), outer, kind, routes)

    def add(
        self,
        function: Function | None,
        kind: str,
        routes: tuple[Route, ...],
        *,
        either: bool = False,
        given: Given = NOTHING,
    ) -> None:
        """Note a function, if it is one that runs on the event loop: a ``def`` only if told so."""
        if function is not None and (function.is_async or either):
            key = (function.path, function.facts.index, False)
            self._note(key, function, kind, routes, given)

    def _note(
        self,
        key: _Key,
        function: Function,
        kind: str,
        routes: tuple[Route, ...],
        given: Given = NOTHING,
    ) -> None:
        self._functions.setdefault(key, {})[id(function)] = function
        ways = self._ways.setdefault(key, [])
        if given or (function, NOTHING) not in ways:
            ways.append((function, given or NOTHING))
        self._kinds.setdefault(key, {})[kind] = None
        here = self._routes.setdefault(key, {}).setdefault(id(function), {})
        here.update((id(route), route) for route in routes)

    def entries(self) -> Iterator[Entry]:
        """One entry for each function."""
        for key, functions in self._functions.items():
            kinds = self._kinds[key]
            found = self._routes[key]
            routes = {at: route for each in found.values() for at, route in each.items()}
            variants = tuple(functions.values())
            apart = tuple(tuple(found[each].values()) for each in functions)
            yield Entry(
                variants[0],
                next(iter(kinds)),
                tuple(routes.values()),
                frozenset(kinds),
                variants,
                apart if routes and len(variants) > 1 else (),
                tuple(self._ways[key]),
            )


def _attached(project: Project) -> Iterator[tuple[Value, str]]:
    """What ``@app.exception_handler`` and ``@app.route`` are put on."""
    for _, item in attached(project.machine.routers):
        if item.kind == "raw":
            is_socket = "websocket" in item.detail
            yield item.function, "WebSocket handler" if is_socket else "Starlette handler"
        elif item.kind == "exception_handler":
            yield item.function, "exception handler"


def _options(project: Project) -> Iterator[tuple[Value, str]]:
    """Middleware with its options, ``FastAPI(exception_handlers=…)`` and ``add_route``."""
    for router in project.machine.routers:
        for each in middleware(router):
            yield each.handling, "middleware"
        handlers = router.options.get("exception_handlers")
        if isinstance(handlers, Mapping):
            for _, value in handlers.pairs:
                yield value, "exception handler"
        for entry in router.entries:
            if isinstance(entry, MountEntry) and entry.kind == "add_route":
                yield entry.target, "Starlette handler"
            elif isinstance(entry, MountEntry) and entry.kind == "add_websocket_route":
                yield entry.target, "WebSocket handler"


def functions_behind(value: Value, project: Project) -> Iterator[Function]:
    """The functions behind a middleware or handler: itself, or a class's ``dispatch``."""
    return map(project.function, run_by(value))


def _may_hand_over(function: Function) -> bool:
    return search.mentions(function.facts, *_HANDS_OVER)


def _handed_over(function: Function) -> Iterator[tuple[FunctionValue, str, Given]]:
    """The functions that a function hands to FastAPI to be run: streams and background tasks.

    Of a background task is told what it is given as well.
    """
    made = {
        id(site.result): site.callee
        for site in function.calls
        if isinstance(site.callee, FunctionValue) and site.callee.facts.is_generator
    }
    for site in function.calls:
        task = run_later(site)
        if task is not None:
            yield from _background(task, site)
        if function.machine is not None and is_stream(site, function.machine.knowledge):
            content = site.args[0] if site.args else site.keywords.get("content")
            if (generator := made.get(id(content))) is not None:
                yield generator, "stream", NOTHING


def _background(task: Value, site: CallSite) -> Iterator[tuple[FunctionValue, str, Given]]:
    args, keywords = handed_on(site)
    if isinstance(task, Partial):
        task, args, keywords = task.whole(args, keywords)
    if isinstance(task, FunctionValue):
        yield task, "background task", contexts.brought(task, args, keywords)
