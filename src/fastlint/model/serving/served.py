"""What an app answers with, in the order in which it asks: path operations, mounts and the like.

Followed from fastapi 0.165, ``routing.py`` (`APIRouter.app`, `_IncludedRouter._match`): the first
that matches path and method answers; an included router stands where it was included. What answers
a mount is asked for itself: a mounted app has its own order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Related, Span
from fastlint.model.following.classes import as_text
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    FunctionValue,
    IncludeEntry,
    MountEntry,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
)
from fastlint.model.serving import matching
from fastlint.model.serving.routing import DEEPEST, MOST_VISITS, mounted_app

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route, Step

WEBSOCKET = "WebSocket"
ANY = "any method"
_DOCUMENTATION = {"openapi_url": "/openapi.json", "docs_url": "/docs", "redoc_url": "/redoc"}


class Slot(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One place in the order of an app."""

    kind: str
    """``http``, ``websocket``, ``mount`` (all below its path) or ``raw`` (Starlette's own)"""
    path: str | None
    """From the root of the app; None where that is not known."""
    methods: tuple[str, ...] | None
    """What it answers: methods, `WEBSOCKET` or `ANY`; None where that is not known."""
    span: Span
    handler: Value
    """What answers."""
    conditions: frozenset[int]
    """The registrations on its way, by identity, that may not take place."""
    includes: tuple[IncludeEntry, ...]
    """How it came into the app, from the outside in."""
    entry: RouteEntry | MountEntry | None
    """None for what FastAPI adds itself."""
    route: Route | None
    router: RouterValue

    @property
    def own_path(self) -> str | None:
        """The path as it is registered, without the prefixes of includes; None if not known."""
        return None if self.entry is None else text_of(self.entry.path)

    @cached_property
    def shape(self) -> str | None:
        """The requests that it answers, for `matching`; None where they are not known."""
        if self.path is None or (self.path and not self.path.startswith("/")):
            return None
        return matching.below(self.path) if self.kind == "mount" else matching.shape(self.path)

    def label(self, *methods: str) -> str:
        """``GET /items`` with the methods given, or with its own."""
        if self.kind == "mount":
            return f"mount {self.path or '/'}"
        return f"{'|'.join(methods or self.methods or ('?',))} {self.path}"

    @property
    def way(self) -> Iterator[Related]:
        """The includes on the way from the app, for the trail of a finding."""
        for include in self.includes:
            yield Related(include.span, "included here")


class Order(msgspec.Struct, frozen=True, eq=False):
    """An app, or a router that is mounted, and what it answers with in matching order."""

    owner: RouterValue
    slots: tuple[Slot, ...]


def orders(project: Project) -> Iterator[Order]:
    """Every app with its order, mounted ones by themselves; tests are left out."""
    routes: dict[tuple[int, ...], Route] = {}
    for route in project.routes:
        way = [step.entry for step in _since_mount(route)]
        routes.setdefault((*map(id, way), id(route.entry)), route)
    mounted = {
        id(mounted_app(entry.target))
        for value in project.machine.routers
        for entry in value.entries
        if isinstance(entry, MountEntry)
    }
    for value in project.machine.routers:
        is_asked = value.is_app or id(value) in mounted
        if is_asked and not value.phantom and not project.module(value.path).is_test:
            below = _below(
                value, _Place("", routes, (), frozenset(), (id(value),), iter(range(MOST_VISITS)))
            )
            yield Order(value, (*_documentation(value), *below))


def _since_mount(route: Route) -> tuple[Step, ...]:
    """The includes between the app that has the route in its order, and the route."""
    mounts = [n for n, step in enumerate(route.steps) if isinstance(step.entry, MountEntry)]
    return route.steps[mounts[-1] + 1 :] if mounts else route.steps


class _Place(msgspec.Struct, frozen=True):
    """Where in the order of an app a router stands."""

    above: str | None
    """What the includes put in front of its paths."""
    routes: dict[tuple[int, ...], Route]
    includes: tuple[IncludeEntry, ...]
    conditions: frozenset[int]
    seen: tuple[int, ...]
    left: Iterator[int]
    """How many more entries of routers may be followed in this app."""


def _below(router: RouterValue, place: _Place) -> Iterator[Slot]:
    if router.reworked or router.reordered:
        return  # what order its routes end up in is not known
    for entry in router.entries if len(place.seen) <= DEEPEST else ():
        if next(place.left, None) is None:
            return
        conditions = place.conditions | ({id(entry)} if entry.conditional else frozenset())
        if isinstance(entry, RouteEntry):
            yield _operation(router, entry, place, conditions)
        elif isinstance(entry, MountEntry):
            if entry.kind not in ("host", "frontend"):
                yield _raw(router, entry, place, conditions)
        elif isinstance(entry.child, RouterValue) and id(entry.child) not in place.seen:
            prefix = None if entry.open else text_of(entry.options.get("prefix", NONE))
            above = _joined(place.above, text_of(entry.prefix), prefix)
            includes, seen = (*place.includes, entry), (*place.seen, id(entry.child))
            inner = _Place(above, place.routes, includes, conditions, seen, place.left)
            yield from _below(entry.child, inner)


def _operation(
    router: RouterValue, entry: RouteEntry, place: _Place, conditions: frozenset[int]
) -> Slot:
    route = place.routes.get((*map(id, place.includes), id(entry)))
    path = None
    if route is not None and not _may_match_otherwise(router, entry):
        is_mounted = any(isinstance(step.entry, MountEntry) for step in route.steps)
        own = _joined(place.above, text_of(entry.prefix), route.own_path)
        path = own if is_mounted else route.path
    return Slot(
        entry.kind,
        path,
        (WEBSOCKET,) if entry.kind == "websocket" else entry.methods,
        entry.span,
        entry.handler,
        conditions,
        place.includes,
        entry,
        route,
        router,
    )


def _raw(router: RouterValue, entry: MountEntry, place: _Place, conditions: frozenset[int]) -> Slot:
    """A mount or a route of Starlette's: the router's own prefix does not stand in front of it."""
    kind = "mount" if entry.kind == "mount" else "raw"
    methods: tuple[str, ...] | None = (ANY,)
    if entry.kind in ("websocket_route", "add_websocket_route"):
        methods = (WEBSOCKET,)
    elif kind == "raw":
        is_function = entry.kind == "route" or isinstance(entry.target, FunctionValue)
        methods = entry.methods if is_function else None
        if methods and "GET" in methods:
            methods = (*methods, "HEAD")
    path = _joined(place.above, text_of(entry.path))
    return Slot(
        kind,
        path,
        methods,
        entry.span,
        entry.target,
        conditions,
        place.includes,
        entry,
        None,
        router,
    )


def _documentation(app: RouterValue) -> Iterator[Slot]:
    """The pages that FastAPI puts before everything else (applications.py, `setup`).

    Only where nothing is said about them: what an option is set to may depend on the environment.
    """
    if not app.is_app or app.open or app.cls is not None or "openapi_url" in app.options:
        return
    for option, path in _DOCUMENTATION.items():
        if option not in app.options:
            methods = ("GET", "HEAD")
            yield Slot("raw", path, methods, app.span, NONE, frozenset(), (), None, None, app)


def _joined(*parts: str | None) -> str | None:
    known = [part for part in parts if part is not None]
    return "".join(known) if len(known) == len(parts) else None


def text_of(piece: Value) -> str | None:
    """The text of a path or prefix, empty for None; None where it is not known."""
    return "" if piece == NONE else as_text(piece)


def _may_match_otherwise(router: RouterValue, entry: RouteEntry) -> bool:
    """Whether a class of the project, or one that is not known, decides what the route matches.

    Versions that are told apart when a request comes make the same method and path twice legal.
    """
    if router.cls is not None and _overrides_matches(router.cls):
        return True
    return any(
        _overrides_matches(each)
        for each in (
            router.options.get("route_class"),
            router.attributes.get("route_class"),
            entry.options.get("route_class_override"),
        )
        if each is not None and each != NONE
    )


def _overrides_matches(cls: Value) -> bool:
    if isinstance(cls, External):
        return not cls.name.startswith(("fastapi.", "starlette."))
    if not isinstance(cls, ClassValue):
        return isinstance(cls, Unknown) or not isinstance(cls, Const)
    return any(
        "matches" in base.namespace.namespace
        if isinstance(base, ClassValue)
        else not base.name.startswith(("fastapi.", "starlette.", "builtins.", "typing."))
        for base in cls.mro()
    )
