"""Makes the table of a project's routes, plain data for reports, of what the model knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.listed_apps import listed_apps
from fastlint.engine.listed_names import definition, identity, inner, qualified, short
from fastlint.findings import Span
from fastlint.model.following.functions import is_test
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    FunctionValue,
    MountEntry,
    RouteEntry,
    Unknown,
    Value,
)
from fastlint.model.reading.type_names import NOT_KNOWN, type_name
from fastlint.model.security import mounted
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.routing import Mount, Route, Router, Served, Step
from fastlint.model.serving.understood import NO_APP, gaps, is_of_tests
from fastlint.routetable import (
    ListedApp,
    ListedDependency,
    ListedParameter,
    ListedRoute,
    ListedRouter,
    ListedStep,
    PathPart,
    RouteTable,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

_LENIENT = "`{}` lets in who brings no credentials; somebody may look at what it gives"
_BY_SETTING = "`{}` lets in who brings no credentials, unless a setting says otherwise"


def listed(
    project: Project, reported: Collection[str] | None = None, unread: int = 0
) -> RouteTable:
    """The routes in matching order; only those that stand in ``reported`` where it is given.

    ``unread`` is the number of files that could not be read or parsed.
    """
    maker = _Listing(project)
    only_tests = bool(reported) and all(map(is_test, reported or ()))
    served = (each for each in maker.served() if only_tests or not is_of_tests(each))
    routes = tuple(
        each
        for each in map(maker.listed, served)
        if reported is None or not _files(each).isdisjoint(reported)
    )
    coverage = msgspec.structs.replace(project.coverage, unread=unread)
    apps = tuple(_shown(maker.apps(with_tests=only_tests), routes, reported))
    return RouteTable(routes, tuple(maker.routers), coverage, apps, only_tests)


def _shown(
    apps: Iterable[ListedApp], routes: Iterable[ListedRoute], reported: Collection[str] | None
) -> Iterator[ListedApp]:
    """The apps of the files that are asked for; of those that only have routes there, the name."""
    needed = {route.app for route in routes}
    for app in apps:
        if reported is None or app.span.path in reported:
            yield app
        elif app.under in needed:
            yield msgspec.structs.replace(app, pages=())


def _files(route: ListedRoute) -> set[str]:
    """The files that a route stands in: where it is registered and where it is handled."""
    return {route.span.path, route.registered.path}


class _Listing:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.routers: list[ListedRouter] = []
        self._positions: dict[int, int] = {}

    def served(self) -> Iterator[Served]:
        """Routes and mounts; of an app's frontends those that lose against all else come last."""
        late: list[Mount] = []
        app: Router | None = None
        for each in self.project.served:
            if each.app is not app:
                yield from late
                late, app = [], each.app
            if isinstance(each, Mount) and each.entry.kind == "frontend":
                late.append(each)
            elif isinstance(each, Route) or each.leads_to is None:
                yield each
        yield from late

    def apps(self, *, with_tests: bool) -> tuple[ListedApp, ...]:
        """The apps, and what documents them."""
        return listed_apps(self.project, self._guarding, with_tests=with_tests)

    def listed(self, each: Served) -> ListedRoute:
        """A route or mount as it is shown."""
        return self._route(each) if isinstance(each, Route) else self._mount(each)

    # --- routers and paths -----------------------------------------------------------------

    def _position(self, router: Router) -> int:
        found = self._positions.get(id(router.value))
        if found is None:
            found = self._positions[id(router.value)] = len(self.routers)
            prefix = "" if router.is_app else _text(router.value.options.get("prefix", Const("")))
            self.routers.append(ListedRouter(router.id, router.is_app, router.span, prefix))
        return found

    def _steps(self, steps: tuple[Step, ...]) -> Iterator[ListedStep]:
        for step in steps:
            entry = step.entry
            is_mount = isinstance(entry, MountEntry)
            yield ListedStep(
                self._position(step.parent),
                self._position(step.router),
                _text(_prefix(step)),
                is_mount,
                entry.conditional,
                step.span,
            )

    def _parts(
        self, router: Router, steps: tuple[Step, ...], own: Value, entry: RouteEntry | MountEntry
    ) -> Iterator[PathPart]:
        """The pieces of a path: ``own`` is the prefix of the router that the route stands on."""
        root = steps[0].parent if steps else router
        if root.is_app:
            yield PathPart(None if root.value.moved else "", "app", root.id, root.span)
        for step in steps:
            if not isinstance(step.entry, MountEntry):
                yield from _own_part(step.parent, step.entry.prefix)
            by = "mount" if isinstance(step.entry, MountEntry) else "include"
            text, maybe = _text(_prefix(step)), step.entry.conditional
            yield PathPart(text, by, step.router.id, step.span, maybe)
        yield from _own_part(router, own)
        yield PathPart(_text(entry.path), "route", router.id, entry.span, entry.conditional)

    # --- routes ----------------------------------------------------------------------------

    def _route(self, route: Route) -> ListedRoute:
        steps = tuple(self._steps(route.steps))
        entry = route.entry
        parts = tuple(self._parts(route.router, route.steps, entry.prefix, entry))
        known = route.metadata
        handler = route.handler
        name, span = self._named(route.entry.handler)
        dependencies = tuple(self._dependencies(route))
        guards = self.project.guards.protecting(route)
        doubts = () if guards else tuple(self._doubts(route))
        return ListedRoute(
            kind=route.kind,
            path=route.path if route.path is not None else _written(parts),
            methods=route.methods,
            app=None if route.app is None else route.app.id,
            router=self._position(route.router),
            steps=steps,
            parts=parts,
            handler=name,
            name=short(name) if handler is None else inner(handler.facts.qualname),
            span=span or route.span,
            registered=route.span,
            is_async=None if handler is None else route.is_async,
            response_model=_optional(known.response_model.declared),
            response_source=known.response_model.source,
            streams=_optional(known.response_model.stream_item),
            status_code=known.status_code,
            response_class=_optional(known.response_class) if route.kind == "http" else None,
            parameters=tuple(_parameters(route)),
            dependencies=dependencies,
            security=tuple(dict.fromkeys(each.scheme for each in dependencies if each.scheme)),
            guards=tuple(dict.fromkeys(self._guard(each, entry) for each in guards)),
            guarded=True if guards else None if doubts else False,
            doubts=doubts,
            conditional=entry.conditional,
            tags=known.tags,
            include_in_schema=known.include_in_schema,
            deprecated=known.deprecated,
            operation_id=known.operation_id,
            unknown=gaps(route),
        )

    def _doubts(self, route: Route) -> Iterator[str]:
        """Why it is not known whether anything guards a route."""
        for guard, how in self.project.guards.lenient(route):
            said = _BY_SETTING if how.by_setting else _LENIENT
            yield said.format(self._guard(guard, route.entry))
        yield from self.project.guards.doubts(route)

    def _mount(self, mount: Mount) -> ListedRoute:
        steps = tuple(self._steps(mount.steps))
        entry = mount.entry
        parts = tuple(self._parts(mount.router, mount.steps, NONE, entry))
        name, span = self._named(entry.target)
        is_unnamed = name is None and entry.kind not in ("mount", "host")
        serves = mounted.serves(mount)
        guards = mounted.guarding(mount, self.project)
        doubts = () if guards else mounted.doubts(mount, self.project)
        is_route = serves == "route"
        return ListedRoute(
            kind="mount",
            path=mount.path if mount.path is not None else _written(parts),
            methods=entry.methods or ()
            if is_route and not isinstance(entry.target, ClassValue)
            else (),
            app=None if mount.app is None else mount.app.id,
            router=self._position(mount.router),
            steps=steps,
            parts=parts,
            handler=name,
            name=f"({entry.kind})" if is_unnamed else short(name),
            span=span or entry.span,
            registered=entry.span,
            is_async=not is_route or _is_async(entry.target),
            response_model=None,
            response_source=None,
            streams=None,
            status_code=None,
            response_class=None,
            parameters=(),
            dependencies=(),
            security=(),
            guards=tuple(dict.fromkeys(self._guard(each, entry) for each in guards)),
            guarded=True if guards else None if doubts else False,
            doubts=doubts,
            conditional=entry.conditional,
            tags=(),
            include_in_schema=False,
            deprecated=False,
            operation_id=None,
            unknown=mount.unknown if mount.app is not None else (*mount.unknown, NO_APP),
            serves=serves,
        )

    def _named(self, value: Value) -> tuple[str | None, Span | None]:
        """``module:qualname`` of what answers, and where it is defined in the project."""
        if isinstance(value, Unknown):
            return None, None
        return qualified(self.project.reader.name(value)), definition(value)

    def _guard(self, guard: Dependency | Value, entry: RouteEntry | MountEntry) -> str:
        if isinstance(guard, Dependency):
            return guard.scheme or short(guard.name.partition(".<locals>")[0])
        handler = entry.handler if isinstance(entry, RouteEntry) else entry.target
        if guard is handler or (isinstance(handler, ClassValue) and _is_method(guard, handler)):
            return "(handler)"
        return self._guarding(guard)

    def _guarding(self, value: Value) -> str:
        return short(self.project.reader.name(value).removesuffix("()"))

    # --- dependencies ----------------------------------------------------------------------

    def _dependencies(self, route: Route) -> Iterator[ListedDependency]:
        """What runs before the handler: what is wanted twice runs once, and comes where it runs."""
        seen: set[tuple[object, ...]] = set()
        asking = route.handler.id if route.handler is not None else ""
        spans = {param.name: param.span for param in route.params}
        for top in route.dependencies:
            by = (asking, spans) if top.origin == "parameter" else ("", {})
            yield from self._tree(top, *by, seen)

    def _tree(
        self, each: Dependency, asked_by: str, spans: dict[str, Span], seen: set[tuple[object, ...]]
    ) -> Iterator[ListedDependency]:
        key = identity(each)
        if key in seen and each.marker.use_cache:
            return
        below = {param.name: param.span for param in each.params}
        for child in each.children:
            yield from self._tree(child, qualified(each.name), below, seen)
        seen.add(key)
        yield ListedDependency(
            qualified(each.name),
            definition(each.callable),
            each.span,
            each.origin,
            asked_by,
            each.parameter,
            spans.get(each.parameter),
            each.scheme,
            self.project.guards.judge(each),
        )


def _is_method(value: Value, cls: ClassValue) -> bool:
    return isinstance(value, FunctionValue) and value.owner in cls.mro()


def _is_async(handler: Value) -> bool:
    """Whether Starlette awaits it; of an endpoint's class that depends on the method."""
    return not isinstance(handler, FunctionValue) or handler.facts.is_async


def _parameters(route: Route) -> Iterator[ListedParameter]:
    for param in route.params:
        if param.source not in ("dependency", "special"):
            written = type_name(param.type) if param.has_annotation else ""
            yield ListedParameter(
                param.alias or param.name, param.source, written, param.initial is None, param.span
            )


def _text(value: Value) -> str | None:
    return "" if value == NONE else as_text(value)


def _prefix(step: Step) -> Value:
    entry = step.entry
    return entry.path if isinstance(entry, MountEntry) else entry.options.get("prefix", NONE)


def _own_part(router: Router, prefix: Value) -> Iterator[PathPart]:
    text = _text(prefix)
    if text != "":
        yield PathPart(text, "router", router.id, router.span)


def _written(parts: tuple[PathPart, ...]) -> str:
    return "".join(NOT_KNOWN if part.text is None else part.text for part in parts)


def _optional(value: Value | None) -> str | None:
    return None if value is None else type_name(value)
