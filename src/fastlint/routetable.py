"""The routes of a project as they are shown: plain data, made by the engine, read by reports.

Whatever could not be resolved is None, and ``unknown`` says why.
"""

from __future__ import annotations

import msgspec

from fastlint.findings import Coverage, Span


class PathPart(msgspec.Struct, frozen=True):
    """A piece of a route's path, and where it is written."""

    text: str | None
    """May be empty; None where it is not known."""
    by: str
    """Who puts it there: ``app``, ``mount``, ``include``, ``router`` or ``route``."""
    name: str
    """The router concerned, ``module:variable``."""
    span: Span
    conditional: bool = False
    """Whether what puts it there stands in a branch that may not run."""


class ListedDependency(msgspec.Struct, frozen=True):
    """A dependency of a route, at any depth."""

    name: str
    """``module:qualname``"""
    span: Span | None
    """Its definition; None for one from outside the project."""
    declared: Span
    """The ``Depends(…)`` that names it."""
    origin: str
    """``app``, ``include``, ``router``, ``route`` or ``parameter``"""
    asked_by: str
    """The function whose parameter it fills; empty for those of ``dependencies=``."""
    parameter: str
    asked_at: Span | None
    """That parameter."""
    scheme: str | None
    """The class of the security scheme, if it is one."""
    guard: bool | None
    """Whether it turns away who may not come in; None where that is not known."""


class ListedParameter(msgspec.Struct, frozen=True):
    """What a handler reads from the request itself."""

    name: str
    """By which a request gives it; its own where that is not known."""
    source: str
    """``path``, ``query``, ``header``, ``cookie``, ``body``, ``form``, ``file`` or ``unknown``"""
    type: str
    """As a type is written, ``…`` where it is not known; empty where none is declared."""
    required: bool
    span: Span


class ListedRouter(msgspec.Struct, frozen=True):
    """An app or router of the table."""

    id: str
    """``module:variable``"""
    is_app: bool
    span: Span
    prefix: str | None
    """Its own; None where it is not known."""


class ListedStep(msgspec.Struct, frozen=True):
    """One ``include_router`` or ``mount`` on the way from the app to a route."""

    parent: int
    child: int
    """Both are positions in `RouteTable.routers`."""
    prefix: str | None
    is_mount: bool
    conditional: bool
    """Whether it stands in a branch that may not run."""
    span: Span


class ListedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One route under its full path."""

    kind: str
    """``http``, ``websocket``, or ``mount`` for whatever else is served at a path."""
    path: str
    """From the root of the app; ``…`` stands for each part that is not known."""
    methods: tuple[str, ...]
    """Empty for WebSockets and mounted apps, and where they are not known."""
    app: str | None
    """``module:variable``; None where no app is known to include the route."""
    router: int
    """The position in `RouteTable.routers` of the router that it is registered on."""
    steps: tuple[ListedStep, ...]
    parts: tuple[PathPart, ...]
    handler: str | None
    """``module:qualname``"""
    name: str
    """The handler's own name, as far as it is known."""
    span: Span
    """The handler's ``def``, or the registration where the handler is not the project's."""
    registered: Span
    is_async: bool | None
    """None where it is not known who answers."""
    response_model: str | None
    """As a type is written; ``…`` where there is one that is not known."""
    response_source: str | None
    """``option`` (``response_model=``), ``annotation`` or None."""
    streams: str | None
    """The type of what is streamed piece by piece, if that is declared."""
    status_code: int | None
    response_class: str | None
    """The nearest that is named; None for FastAPI's own JSON."""
    parameters: tuple[ListedParameter, ...]
    """The handler's own, in the order of its signature."""
    dependencies: tuple[ListedDependency, ...]
    """Every one once, in the order in which they run."""
    security: tuple[str, ...]
    """The classes of the security schemes among them."""
    guards: tuple[str, ...]
    """The names of what guards the route, the most telling first."""
    guarded: bool | None
    """Whether anything does; None where it could be, but is not known."""
    doubts: tuple[str, ...] = ()
    """Why that is not known, one sentence each."""
    conditional: bool = False
    """Whether the registration itself stands in a branch that may not run."""
    tags: tuple[str, ...]
    include_in_schema: bool
    deprecated: bool
    operation_id: str | None
    unknown: tuple[str, ...]
    """What could not be resolved, one sentence each."""
    serves: str = ""
    """What a ``mount`` leads to: ``route`` (of Starlette), its WebSocket's ``socket``, ``files`` or
    another ``app``. Only of the first two is it judged who may come in."""

    @property
    def is_app(self) -> bool:
        """Whether something answers there that routes by itself: all below the path is its own."""
        return self.serves in ("files", "app")


class ListedPage(msgspec.Struct, frozen=True):
    """A page that documents an app, or the schema that it shows: FastAPI serves it by itself."""

    path: str
    """From the root of the outermost app; ``…`` stands for each part that is not known."""
    option: str
    """By which the app says where: ``docs_url``."""
    guards: tuple[str, ...]
    guarded: bool | None
    """Whether anything does; None where it could be, but is not known."""
    doubts: tuple[str, ...]
    """Why that is not known, one sentence each."""
    is_certain: bool
    """False where a setting, or code that is not known, may say otherwise."""


class ListedApp(msgspec.Struct, frozen=True):
    """An app, by each place where it is served."""

    id: str
    """``module:variable``"""
    span: Span
    under: str
    """The outermost app: itself, or the one that it is mounted in."""
    path: str | None
    """Where it is mounted; empty for an outermost app, None where that is not known."""
    entry_points: tuple[str, ...]
    """Those by which a server loads it."""
    reached: bool | None
    """Whether an entry point leads to it; None where none is known, or not all of them are."""
    pages: tuple[ListedPage, ...]


class RouteTable(msgspec.Struct, frozen=True):
    """Routes in matching order, app by app; then those that no app is known to include."""

    routes: tuple[ListedRoute, ...] = ()
    routers: tuple[ListedRouter, ...] = ()
    coverage: Coverage = Coverage()
    """Of the whole project, whatever part of it is shown."""
    apps: tuple[ListedApp, ...] = ()
    with_tests: bool = False
    """Whether routes that only tests make are shown too: nothing but tests is asked for."""

    @property
    def total(self) -> int:
        """The path operations and WebSockets of the project, whatever part of them is shown."""
        return self.coverage.routes + (self.coverage.test_routes if self.with_tests else 0)

    @property
    def left_out(self) -> int:
        """How many routes are left out because only tests make them."""
        return 0 if self.with_tests else self.coverage.test_routes
