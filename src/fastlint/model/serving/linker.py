"""From registrations to routes: full paths, effective dependencies, matching order.

Followed from fastapi 0.165, ``routing.py`` (`APIRouter.include_router`, `_IncludedRouter`): the
router's own prefix stands in each of its routes, an include puts its prefix in front; dependencies
run from the outside in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from fastlint.findings import Span
from fastlint.model.following.functions import Function, is_test
from fastlint.model.following.lazy_imports import imported_by_name
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.signatures import called
from fastlint.model.following.values import (
    NONE,
    Const,
    DependsMarker,
    External,
    FunctionValue,
    IncludeEntry,
    Instance,
    Items,
    MountEntry,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
)
from fastlint.model.serving.dependencies import Dependencies, Dependency
from fastlint.model.serving.joining import joined, parameters_of
from fastlint.model.serving.router_names import router_names, written
from fastlint.model.serving.routing import Mount, Route, Router, Served, Step

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

DEEPEST = 100
"""Routers to follow into one another."""
MOST_VISITS = 50_000
"""Routers and routes to follow: what two dozen routers can be doubled to ends nowhere."""


class _Context(msgspec.Struct, frozen=True, eq=False):
    """What a router's routes inherit on one way from an app."""

    app: Router | None
    prefix: str | None
    dependencies: tuple[Dependency, ...]
    steps: tuple[Step, ...]
    unknown: tuple[str, ...]
    seen: frozenset[int]


class Linker:
    """Puts the routers of a project together."""

    def __init__(
        self,
        machine: Machine,
        reader: Dependencies,
        copies: Callable[[str], bool] = lambda path: False,  # noqa: ARG005 - one shape for all
    ) -> None:
        """``copies(path)``: whether an include in that file takes over the routes there are.

        It does before FastAPI 0.137; from then on a route that is added later is served as well.
        """
        self.machine = machine
        self.reader = reader
        self.copies = copies
        self._late: list[tuple[RouteEntry, RouterValue]] = []
        self._routers: dict[int, Router] = {}
        self.unknown: list[str] = []
        self.reached: set[int] = set()
        self._passed = 0
        """How many routes have been linked."""
        self._visits = 0
        """How often a router has been walked through."""
        self._endless = ""
        """Why no more routes were followed."""
        self._by_name: frozenset[str] | None = None

    def router(self, value: RouterValue) -> Router:
        """The router as rules see it; the same object for the same router."""
        found = self._routers.get(id(value))
        if found is None:
            name = self._names.get(id(value)) or written(value, self.machine)
            found = self._routers[id(value)] = Router(name, value)
        return found

    @cached_property
    def _names(self) -> dict[int, str]:
        return router_names(self.machine)

    def served(self, values: Iterable[RouterValue]) -> tuple[Served, ...]:
        """All routes and mounts: app by app in matching order, then those of no app."""
        values = list(values)
        mounted = {id(target) for value in values for target in _taken_over(value, value, set())}
        found: list[Served] = []
        for value in values:
            if value.is_app and not value.phantom and id(value) not in mounted:
                app = self.router(value)
                found.extend(self._walk(value, _Context(app, "", (), (), (), frozenset())))
        included = self._included(values)
        served = {each.entry.span for each in found}
        for value in values:  # the outermost of what no app reaches
            if id(value) not in self.reached and id(value) not in included:
                found.extend(self._unserved(value, served))
        for value in values:  # what only includes itself
            if id(value) not in self.reached:
                found.extend(self._unserved(value, served))
        seen = {id(route.entry) for route in found}
        for entry, value in self._late:  # what came too late for every include
            if id(entry) not in seen:
                seen.add(id(entry))
                nowhere = _Context(None, "", (), (), (), frozenset())
                found.append(self._route(entry, self.router(value), nowhere))
        if self._endless:
            self.unknown.append(self._endless)
        return tuple(found)

    def _unserved(self, value: RouterValue, served: set[Span]) -> list[Served]:
        """The routes of a router that no app is known to include.

        What a function made or was handed, and holds nothing but what an app serves, only repeats
        that: for a description of the interface, or to register everything once more.
        """
        found = list(self._walk(value, _Context(None, "", (), (), (), frozenset())))
        frame = self.machine.frames.get(value.path)
        is_kept = frame is not None and frame.namespace.get(value.name) is value
        if not is_kept and all(each.entry.span in served for each in found):
            return []
        return found

    def _included(self, values: list[RouterValue]) -> set[int]:
        return {
            id(entry.child)
            for value in values
            for entry in value.entries
            if isinstance(entry, IncludeEntry) and isinstance(entry.child, RouterValue)
        }

    def _walk(
        self, value: RouterValue, above: _Context, known: int | None = None
    ) -> Iterator[Served]:
        """What a router serves; only the first ``known`` entries where an include copied them."""
        if id(value) in above.seen:
            return
        self.reached.add(id(value))
        self._visits += 1
        if self._passed + self._visits > MOST_VISITS or len(above.steps) >= DEEPEST:
            reason = "routers are included in one another too deeply or too often"
            self._endless = _note(value.span, "not all of its routes are known", reason)
            return
        reasons = tuple(self._reasons(value, above))
        is_elsewhere = bool(value.moved or value.phantom or self._is_lost(value, above))
        prefix = None if is_elsewhere else above.prefix
        unknown = above.unknown + reasons
        here = _Context(
            above.app,
            prefix,
            above.dependencies,
            above.steps,
            unknown,
            above.seen | {id(value)},
        )
        router = self.router(value)
        if value.reordered:
            self.unknown.append(_note(value.span, "the order of its routes is not known", ""))
        if known is not None:
            late = (entry for entry in value.entries[known:] if isinstance(entry, RouteEntry))
            self._late.extend((entry, value) for entry in late)
        for at, entry in enumerate(value.entries[:known]):
            of_entry = _doubted(here, value) if at < value.doubted else here
            if isinstance(entry, RouteEntry):
                yield self._route(entry, router, of_entry)
            elif isinstance(entry, IncludeEntry):
                yield from self._include(entry, router, of_entry)
            else:
                yield from self._mount(entry, router, of_entry)

    def _reasons(self, value: RouterValue, above: _Context) -> Iterator[str]:
        """What is not known of a router and so of each of its routes."""
        if self._is_lost(value, above):
            yield self._lost(value)
        if value.moved:
            yield f"`{value.moved}` serves its routes under other paths"
        if value.phantom or value.open:
            yield "which router this is, or how it is configured, is not known"

    def _is_lost(self, value: RouterValue, above: _Context) -> bool:
        return above.app is None and not above.steps and bool(self._lost(value))

    def _of_router(
        self, value: RouterValue, inherited: dict[str, Value]
    ) -> tuple[tuple[Dependency, ...], tuple[str, ...]]:
        """The dependencies that an app or router itself gave, and what is not known."""
        origin = "app" if value.is_app else "router"
        given = inherited.get("dependencies")
        if value.instead_of is None:
            return self._declared(given, origin)
        other = value.instead_of.given.get("dependencies")
        if given is None and other is None:
            return (), ()
        # What both have runs in any case.
        dependencies, why = self._declared(_in_both(given, other), origin)
        return dependencies, ("which of two routers this is depends on a condition", *why)

    def _lost(self, value: RouterValue) -> str:
        """Why nobody knows where a router is included that no app is seen to include."""
        if value.handed:
            return f"its router is handed to `{value.handed}`, which is not in the project"
        if self._by_name is None:
            named = imported_by_name(self.machine.modules, self.machine.eager)
            self._by_name = named - self.machine.imported_by_name
        # The text may name the module from further up than the project's other imports do.
        name = self.machine.modules.name(value.path)
        if any(text == name or text.endswith(f".{name}") for text in self._by_name):
            return "its module is imported by a name that is known at run time"
        return ""

    def _include(self, entry: IncludeEntry, parent: Router, above: _Context) -> Iterator[Served]:
        if not isinstance(entry.child, RouterValue):
            reason = entry.child.reason if isinstance(entry.child, Unknown) else ""
            if isinstance(entry.child, Instance) and isinstance(entry.child.cls, External):
                reason = f"it comes from `{entry.child.cls.name}`"
            self.unknown.append(_note(entry.span, "the included router is not known", reason))
            return
        prefix, why = joined(above.prefix, entry.prefix, entry.options.get("prefix", NONE))
        own_dependencies, reasons = self._of_router(parent.value, entry.inherited)
        dependencies, more = self._declared(entry.options.get("dependencies"), "include")
        given = entry.options.get("prefix", Const(""))
        own = given.value if isinstance(given, Const) and isinstance(given.value, str) else None
        unknown = above.unknown + reasons + why + more
        if entry.open:
            unknown += ("`include_router` is given `**` with content that is not known",)
        step = Step(entry.span, own, self.router(entry.child), parent, entry)
        yield from self._walk(
            entry.child,
            _Context(
                above.app,
                prefix,
                above.dependencies + own_dependencies + dependencies,
                (*above.steps, step),
                unknown,
                above.seen,
            ),
            entry.known if self.copies(entry.span.path) else None,
        )

    def _mount(self, entry: MountEntry, parent: Router, above: _Context) -> Iterator[Served]:
        """A mounted app keeps to itself: it inherits the path, and nothing else.

        A slash at the end of the path is dropped (starlette/routing.py, `Mount`).
        """
        target = _mounted_app(entry.target)
        if target is not None and not _takes_over(parent.value, entry, target):
            self.unknown.append(_note(entry.span, "where the app is mounted is not known", ""))
            return
        if target is None and isinstance(entry.target, Unknown) and entry.kind == "mount":
            self.unknown.append(
                _note(entry.span, "the mounted app is not known", entry.target.reason)
            )
        where, why = joined(above.prefix, entry.path)
        inner = None if target is None else self.router(target)
        yield Mount(above.app, parent, entry, above.steps, where, above.unknown + why, inner)
        if target is None or inner is None:
            return
        path = entry.path if entry.kind != "host" else NONE
        if isinstance(path, Const) and isinstance(path.value, str):
            path = Const(path.value.rstrip("/"))
        prefix, why = joined(above.prefix, path)
        own, _ = joined("", path)
        step = Step(entry.span, own, inner, parent, entry)
        context = _Context(
            above.app, prefix, (), (*above.steps, step), above.unknown + why, above.seen
        )
        yield from self._walk(target, context)

    def _route(self, entry: RouteEntry, router: Router, above: _Context) -> Route:
        path, why = joined(above.prefix, entry.prefix, entry.path)
        inherited, reasons = self._of_router(router.value, entry.inherited)
        unknown = above.unknown + reasons + why
        own = entry.path.value if isinstance(entry.path, Const) else None
        names = parameters_of(path)
        dependencies, more = self._declared(entry.options.get("dependencies"), "route", names)
        handler: Function | None = None
        runs = called(entry.handler, self.machine)
        if isinstance(runs, FunctionValue):
            handler = self.reader.function(runs.original)
        else:
            unknown += (_whose(runs),)
        if entry.methods is None:
            unknown += ("the methods are not known",)
        if entry.open:
            unknown += ("the decorator is given `**` with content that is not known",)
        self._passed += 1
        return Route(
            entry.kind,
            above.app,
            router,
            entry,
            above.steps,
            path,
            own if isinstance(own, str) else None,
            handler,
            (
                *(self.reader.again(each, names) for each in above.dependencies + inherited),
                *dependencies,
            ),
            tuple(dict.fromkeys(unknown + more)),
            self.machine,
            self.reader,
        )

    def _declared(
        self, given: Value | None, origin: str, path_names: frozenset[str] | None = None
    ) -> tuple[tuple[Dependency, ...], tuple[str, ...]]:
        """The dependencies of a ``dependencies=`` argument, and what is not known."""
        if given is None or given == Const(None):
            return (), ()
        if not isinstance(given, Items):
            return (), ("`dependencies=` is not known",)
        found: list[Dependency] = []
        unknown: list[str] = ["some of `dependencies=` are not known"] if given.open else []
        for item in given.items:
            if isinstance(item, DependsMarker) and item.dependency is not None:
                found.append(self.reader.read(item.dependency, item, origin, path_names))
            elif not isinstance(item, DependsMarker):
                unknown.append("one of `dependencies=` is not known")
        return tuple(found), tuple(unknown)


def _doubted(context: _Context, value: RouterValue) -> _Context:
    """The context of what the code may have taken out of the router's list."""
    if not value.reworked:
        return context
    reason = f"the list of its routes is changed by hand ({value.reworked})"
    return structs.replace(context, unknown=(*context.unknown, reason))


def _whose(handler: Value) -> str:
    if isinstance(handler, External):
        return f"its handler is in `{handler.name.partition('.')[0]}`, not in the project"
    return "the handler is not known"


def _in_both(first: Value | None, second: Value | None) -> Value | None:
    if not isinstance(first, Items) or not isinstance(second, Items):
        return None
    others = [item.dependency for item in second.items if isinstance(item, DependsMarker)]
    return Items(
        "list",
        [
            item
            for item in first.items
            if isinstance(item, DependsMarker) and any(item.dependency is each for each in others)
        ],
    )


def _mounted_app(target: Value) -> RouterValue | None:
    """The app that a mount serves, also from inside the middleware that it is wrapped in."""
    while isinstance(target, Instance):
        target = target.keywords.get("app", target.args[0] if target.args else NONE)
    return target if isinstance(target, RouterValue) else None


def _takes_over(parent: RouterValue, entry: MountEntry, target: RouterValue) -> bool:
    """Whether the routes of a mounted app are told where it is mounted, instead of by themselves.

    They are not where nobody knows which app mounts it, or where and whether: such as a command
    that serves the app below a path that its user gives. Nor does a test take anything away.
    """
    if is_test(parent.path) and not is_test(target.path):
        return False
    return not parent.phantom and not (entry.conditional and as_text(entry.path) is None)


def _taken_over(parent: RouterValue, holder: RouterValue, seen: set[int]) -> Iterator[RouterValue]:
    """What is mounted in an app or router, also in a ``Mount`` that has a list of its own."""
    seen.add(id(holder))
    for entry in holder.entries:
        if isinstance(entry, MountEntry) and (target := _mounted_app(entry.target)) is not None:
            if _takes_over(parent, entry, target):
                yield target
            if not target.is_app and id(target) not in seen:
                yield from _taken_over(parent, target, seen)


def _note(span: Span, what: str, reason: str) -> str:
    return f"{span.path}:{span.line}: {what}{f' ({reason})' if reason else ''}"
