"""What FastAPI runs on the event loop, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.blocking import run_later
from fastlint.model.frames import CallSite
from fastlint.model.functions import Function
from fastlint.model.routing import Route, attached
from fastlint.model.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    MountEntry,
    Partial,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

_STREAM = "starlette.responses.StreamingResponse"
_HANDS_OVER = (b"Response", b"add_task", b"BackgroundTask")
"""One of these stands in nearly every function that hands another to FastAPI to be run. An ``async
def`` is looked into in any case, for what it does itself."""


@dataclass(frozen=True, eq=False)
class Entry:
    """A function that FastAPI itself calls on the event loop."""

    function: Function
    kind: str
    """``handler``, ``WebSocket handler``, ``Starlette handler`` (of ``add_route``: no path
    operation), ``dependency``, ``middleware``, ``exception handler``, ``stream``, ``background
    task``"""
    routes: tuple[Route, ...]
    """The routes that it is run for; empty where it is run for all."""
    kinds: frozenset[str] = frozenset()
    """Everything that it is run as: a function can be a handler and a dependency."""

    @property
    def label(self) -> str:
        """``the handler of `GET /items` and 2 more routes``, ``the dependency `db` of `GET /```."""
        what = self.kind.removeprefix("WebSocket ")
        name = self.function.facts.qualname.rpartition("<locals>.")[2]
        if not self.routes:
            return f"the {what} `{name}`"
        named = "" if what == "handler" else f" `{name}`"
        more = len(self.routes) - 1
        others = {0: "", 1: " and one more route"}.get(more, f" and {more} more routes")
        return f"the {what}{named} of `{self.routes[0].label}`{others}"


def entries(project: Project) -> Iterator[Entry]:
    """Every ``async def`` that FastAPI runs while it serves requests, each function once.

    ``def`` handlers, dependencies, exception handlers and background tasks run in the thread pool
    (fastapi/routing.py `run_endpoint_function`, fastapi/dependencies/utils.py,
    starlette/background.py), and so do plain generators that are streamed; they are not entries.
    Middleware and WebSocket handlers are always on the loop.
    """
    found = _Found()
    for route in project.routes:
        kind = "WebSocket handler" if route.kind == "websocket" else "handler"
        found.add(route.handler, kind, (route,))
        for dependency in route.all_dependencies:
            found.add(dependency.function, "dependency", (route,))
    for _, item in attached(project.machine.routers):
        kind = item.kind.replace("_", " ")
        if item.kind == "raw":
            kind = "WebSocket handler" if "websocket" in item.detail else "Starlette handler"
        if item.kind in ("middleware", "exception_handler", "raw"):
            for function in functions_behind(item.function, project):
                found.add(function, kind, ())
    for value, kind in _options(project):
        for function in functions_behind(value, project):
            found.add(function, kind, ())
    for served in project.reach.served:
        if served.function.is_async or _may_hand_over(served.function):
            for value, kind in _handed_over(served.function):
                found.add(project.function(value), kind, served.routes)
    yield from found.entries()


class _Found:
    """The functions found so far, by where they are defined."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, int], Function] = {}
        self._kinds: dict[tuple[str, int], dict[str, None]] = {}
        self._routes: dict[tuple[str, int], dict[int, Route]] = {}

    def add(self, function: Function | None, kind: str, routes: tuple[Route, ...]) -> None:
        """Note a function, if it is one that runs on the event loop."""
        if function is None or not function.is_async:
            return
        key = (function.path, function.facts.index)
        self._functions.setdefault(key, function)
        self._kinds.setdefault(key, {})[kind] = None
        self._routes.setdefault(key, {}).update((id(route), route) for route in routes)

    def entries(self) -> Iterator[Entry]:
        """One entry for each function."""
        for key, function in self._functions.items():
            kinds = self._kinds[key]
            routes = tuple(self._routes[key].values())
            yield Entry(function, next(iter(kinds)), routes, frozenset(kinds))


def _options(project: Project) -> Iterator[tuple[Value, str]]:
    """What ``FastAPI(middleware=…, exception_handlers=…)`` and ``add_route`` are given."""
    for router in project.machine.routers:
        middleware = router.options.get("middleware")
        if isinstance(middleware, Items):
            for item in middleware.items:
                if isinstance(item, Instance) and item.args:
                    yield item.keywords.get("dispatch", item.args[0]), "middleware"
        handlers = router.options.get("exception_handlers")
        if isinstance(handlers, Mapping):
            for _, value in handlers.pairs:
                yield value, "exception handler"
        for entry in router.entries:
            if isinstance(entry, MountEntry) and entry.kind == "add_route":
                yield entry.target, "Starlette handler"
            elif isinstance(entry, MountEntry) and entry.kind == "add_websocket_route":
                yield entry.target, "WebSocket handler"


def functions_behind(value: object, project: Project) -> Iterator[Function]:
    """The functions behind a middleware or handler: itself, or a class's ``dispatch``."""
    if isinstance(value, FunctionValue):
        yield project.function(value)
    elif isinstance(value, ClassValue):
        for name in ("dispatch", "__call__"):
            for base in value.mro():
                method = (
                    base.namespace.namespace.get(name) if isinstance(base, ClassValue) else None
                )
                if isinstance(method, FunctionValue):
                    yield project.function(method)
                    break


def _may_hand_over(function: Function) -> bool:
    return tree.mentions(function.facts, *_HANDS_OVER)


def _handed_over(function: Function) -> Iterator[tuple[FunctionValue, str]]:
    """The functions that a function hands to FastAPI to be run: streams and background tasks."""
    made = {
        id(site.result): site.callee
        for site in function.calls
        if isinstance(site.callee, FunctionValue) and site.callee.facts.is_generator
    }
    for site in function.calls:
        task = run_later(site)
        while isinstance(task, Partial):
            task = task.function
        if isinstance(task, FunctionValue):
            yield task, "background task"
        if _is_stream(site, function):
            content = site.args[0] if site.args else site.keywords.get("content")
            if (generator := made.get(id(content))) is not None:
                yield generator, "stream"


def _is_stream(site: CallSite, function: Function) -> bool:
    """Whether the call makes a ``StreamingResponse`` or a response that derives from it."""
    if function.machine is None:
        return False
    knowledge = function.machine.knowledge
    bases = site.callee.mro() if isinstance(site.callee, ClassValue) else (site.callee,)
    return any(isinstance(b, External) and knowledge.derives(b.name, _STREAM) for b in bases)
