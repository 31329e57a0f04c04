"""What an app answers with, in the order in which it asks: path operations, mounts and the like.

Followed from fastapi 0.165, ``routing.py`` (`APIRouter.app`, `_IncludedRouter._match`): the first
that matches path and method answers; an included router stands where it was included. What answers
a mount is asked for itself: a mounted app has its own order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Related, Span
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
from fastlint.model.serving.documentation import pages
from fastlint.model.serving.joining import text_of
from fastlint.model.serving.routing import (
    Mount,
    Route,
    Served,
    outermost,
    path_inside,
    since_mount,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

WEBSOCKET = "WebSocket"
ANY = "any method"


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
    within = _by_owner(project.served)
    for value in project.machine.routers:
        is_asked = value.is_app or id(value) in within
        if is_asked and not value.phantom and not project.module(value.path).is_test:
            slots = map(_slot, filter(_is_placed, within.get(id(value), ())))
            yield Order(value, (*_documentation(value), *slots))


def _by_owner(everything: Iterable[Served]) -> dict[int, list[Served]]:
    """What each app, or whatever else is mounted, has in its own order, by its identity.

    What is mounted several times serves the same each time: the first counts.
    """
    found: dict[int, tuple[tuple[int, ...], list[Served]]] = {}
    for each in everything:
        depth = len(each.steps) - len(since_mount(each))
        way = tuple(id(step.entry) for step in each.steps[:depth])
        owner = each.steps[depth - 1].router if depth else outermost(each)
        if owner.is_app or depth:
            known, items = found.setdefault(id(owner.value), (way, []))
            if known == way:
                items.append(each)
    return {owner: items for owner, (_, items) in found.items()}


def _is_placed(each: Served) -> bool:
    """Whether the order that it ends up in is known, and a path alone decides who answers."""
    if isinstance(each.entry, MountEntry) and each.entry.kind in ("host", "frontend"):
        return False
    steps = since_mount(each)
    way = [each.router, *(step.parent for step in steps)]
    return not any(router.value.reworked or router.value.reordered for router in way)


def _slot(each: Served) -> Slot:
    steps = since_mount(each)
    entries = (*(step.entry for step in steps), each.entry)
    conditions = frozenset(id(entry) for entry in entries if entry.conditional)
    includes = tuple(step.entry for step in steps if isinstance(step.entry, IncludeEntry))
    if isinstance(each, Mount):
        kind, methods = _raw(each.entry)
        path, handler, route = path_inside(each), each.entry.target, None
    else:
        kind, handler, route = each.kind, each.entry.handler, each
        methods = (WEBSOCKET,) if kind == "websocket" else each.entry.methods
        path = path_inside(each) if len(steps) < len(each.steps) else each.path
        path = None if _may_match_otherwise(each.router.value, each.entry) else path
    return Slot(
        kind,
        path,
        methods,
        each.entry.span,
        handler,
        conditions,
        includes,
        each.entry,
        route,
        each.router.value,
    )


def _raw(entry: MountEntry) -> tuple[str, tuple[str, ...] | None]:
    """What a mount or a route of Starlette's is, and what it answers."""
    if entry.kind == "mount":
        return "mount", (ANY,)
    if entry.kind in ("websocket_route", "add_websocket_route"):
        return "raw", (WEBSOCKET,)
    methods = methods_of(entry)
    return "raw", (*methods, "HEAD") if methods and "GET" in methods else methods


def methods_of(entry: MountEntry) -> tuple[str, ...] | None:
    """What a route of Starlette answers; None where that is for a class to say, or not known."""
    is_function = entry.kind == "route" or isinstance(entry.target, FunctionValue)
    return entry.methods if is_function else None


def _documentation(app: RouterValue) -> Iterator[Slot]:
    """The pages that FastAPI puts before everything else.

    Only where nothing is said about them: what an option is set to may depend on the environment,
    and so may the pages that the project puts there itself. Where another app may stand in the
    place of this one, nothing is said of its pages either.
    """
    known = _untold(app)
    instead = app.instead_of
    while instead is not None:
        known &= _untold(instead)
        instead = instead.instead_of
    for page in pages(app):
        if page.option in known:
            methods = ("GET", "HEAD")
            none: frozenset[int] = frozenset()
            yield Slot("raw", page.path, methods, app.span, NONE, none, (), None, None, app)


def _untold(app: RouterValue) -> set[str]:
    """The options of the pages of which the app says nothing, so that they certainly are there."""
    if not app.is_app or app.cls is not None or "openapi_url" in app.options:
        return set()
    told = set(app.options)
    if "docs_url" in told:
        told.add("swagger_ui_oauth2_redirect_url")
    return {page.option for page in pages(app) if page.is_certain} - told


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
