"""What apps are given to run around their life, and whether anybody runs it.

Starlette does ``async with lifespan(app)`` when the server starts (starlette/routing.py
`Router.lifespan`). FastAPI makes a context manager of a plain generator, and of nothing else
(fastapi/routing.py `APIRouter.__init__`). A mounted app gets no lifespan events at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import (
    NONE,
    Attached,
    Coroutine,
    External,
    FunctionValue,
    Instance,
    MountEntry,
    RouterMethod,
    RouterValue,
)
from fastlint.model.serving.routing import attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ASYNC = "contextlib.asynccontextmanager"
_PLAIN = "contextlib.contextmanager"
_MADE = frozenset(
    {"contextlib.contextmanager()", "types.AsyncGeneratorType", "types.GeneratorType"}
)
_OPTIONS = ("on_startup", "on_shutdown")
_ADDING = frozenset({"add_middleware", "middleware"})
_STARTS_BELOW = ("lifespan_context", "lifespan_handler", "LifespanManager")
"""Words of code that hands the life of an app on by itself."""


class NoManager(msgspec.Struct, frozen=True, eq=False):
    """A ``lifespan=`` that the app fails on when it starts."""

    span: Span
    why: str
    instead: str
    made: Span
    """Where the app is made."""


def no_managers(project: Project) -> Iterator[NoManager]:
    """Lifespans that are no context managers, or were called already."""
    for router, item in attached(project.machine.routers):
        if item.kind != "lifespan":
            continue
        value = item.function
        is_made = isinstance(value, Instance) and (
            isinstance(value.cls, External) and value.cls.name in _MADE
        )
        if isinstance(value, Coroutine) or is_made:
            why = "`lifespan` is given what a call gives: the app calls it once more, and fails"
            yield NoManager(router.span, why, "pass the function, without calling it", router.span)
        elif isinstance(value, FunctionValue):
            yield from _unfit(project.function(value), router)


def _unfit(function: Function, router: RouterValue) -> Iterator[NoManager]:
    facts = function.facts
    by = () if function.value is None else function.value.decorators
    names = [each.name for each in by if isinstance(each, External)]
    if len(names) < len(facts.decorators) or not {_ASYNC, _PLAIN}.issuperset(names):
        return
    why = ""
    if facts.is_async and not facts.is_generator:
        why = f"`{facts.name}` never yields: the app cannot enter it, and does not start"
    elif _PLAIN in names or (_ASYNC in names and not facts.is_async):
        why = f"`{facts.name}` cannot be entered by `async with`: the app does not start"
    if why:
        instead = "write an `async def` with one `yield` under `@asynccontextmanager`"
        yield NoManager(function.name_span, why, instead, router.span)


class Unstarted(msgspec.Struct, frozen=True, eq=False):
    """A mounted app whose startup and shutdown nobody runs."""

    mount: Span
    app: RouterValue
    what: str
    """``lifespan`` or ``on_event``"""


def unstarted(project: Project) -> Iterator[Unstarted]:
    """Apps with a life of their own that are mounted below another app."""
    for router in project.machine.routers:
        for entry in router.entries:
            if not isinstance(entry, MountEntry) or entry.kind != "mount" or entry.conditional:
                continue
            app = entry.target
            if isinstance(app, RouterValue) and app.is_app and app is not router:
                mine = [each for each in app.attached if each.kind in ("lifespan", "event")]
                own = [each for each in mine if not _is_empty(each)]
                has_options = any(app.options.get(name, NONE) != NONE for name in _OPTIONS)
                if (own or has_options) and not _is_handed_on(own, project):
                    kinds = {each.kind for each in own}
                    what = "lifespan" if "lifespan" in kinds else "on_event"
                    yield Unstarted(entry.span, app, what if own else _OPTIONS[0])


def _is_empty(item: Attached) -> bool:
    return item.kind == "lifespan" and not isinstance(item.function, FunctionValue)


def _is_handed_on(items: list[Attached], project: Project) -> bool:
    """Whether the project may run them by itself."""
    index = project.modules_index
    if any(index.mentions(path, *_STARTS_BELOW) for path in index.paths):
        return True
    functions = [item.function for item in items if isinstance(item.function, FunctionValue)]
    return any(
        use.call is not None
        for each in functions
        for use in project.references.uses(project.function(each))
    )


# --- middleware ----------------------------------------------------------------------------


def late_middleware(project: Project) -> Iterator[tuple[CallSite, Function]]:
    """``add_middleware`` in what runs when the app has already been started."""
    for _, item in attached(project.machine.routers):
        starts = item.kind == "lifespan" or (item.kind == "event" and item.detail == "startup")
        if not starts or not isinstance(item.function, FunctionValue):
            continue
        function = project.function(item.function)
        called = [
            project.function(site.callee)
            for site in function.calls
            if isinstance(site.callee, FunctionValue)
        ]
        for each in (function, *called):
            if search.mentions(each.facts, b"middleware"):
                yield from ((site, function) for site in each.calls if _adds(site))


def _adds(site: CallSite) -> bool:
    if isinstance(site.callee, RouterMethod):
        return site.callee.router.is_app and site.callee.name in _ADDING
    owner, _, name = (dotted(site.callee) or "").rpartition(".")
    return owner == "fastapi.FastAPI" and name in _ADDING
