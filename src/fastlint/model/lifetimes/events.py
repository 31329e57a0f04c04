"""Handlers of ``startup`` and ``shutdown``, and whether a ``lifespan`` could take their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import ClassValue, FunctionValue, Partial, RouterValue
from fastlint.model.serving.routing import attached

if TYPE_CHECKING:
    from fastlint.model.project import Project


class Event(msgspec.Struct, frozen=True, eq=False):
    """One registration of a handler."""

    router: RouterValue
    method: str
    """``on_event`` or ``add_event_handler``"""
    kind: str
    """``startup`` or ``shutdown``; empty where that is not known."""
    span: Span
    """The call that registers it."""
    function: FunctionValue | None

    @property
    def owner(self) -> str:
        """``fastapi.FastAPI`` or ``fastapi.APIRouter``"""
        return f"fastapi.{'FastAPI' if self.router.is_app else 'APIRouter'}"


def events(project: Project) -> Iterator[Event]:
    """Every registration of a handler of events, in the order in which they run."""
    for router, item in attached(project.machine.routers):
        if item.kind == "event":
            function = item.function if isinstance(item.function, FunctionValue) else None
            yield Event(router, item.by, item.detail, item.span, function)


def never_run(event: Event) -> bool:
    """Whether the app has a ``lifespan``, which runs in the place of all its events.

    FastAPI runs events in a lifespan of its own making, and makes that only where none is given
    (fastapi/routing.py `APIRouter.__init__`). What included routers bring is run in any case.
    """
    given = event.router.options.get("lifespan")
    return event.router.is_app and isinstance(given, FunctionValue | ClassValue | Partial)


def replaceable(event: Event, project: Project) -> tuple[tuple[str, Span, str], ...]:
    """All events of the same app, for a ``lifespan`` to call; empty where it had better not.

    Told once, at the first of them. For each: its kind, the decorator, and the call. The handlers
    stand in the app's own file, are decorated plainly, and nobody else calls them.
    """
    app = event.router
    if not app.is_app or app.options.get("lifespan") is not None or app.open:
        return ()
    every = [each for each in events(project) if each.router is app]
    if event.span != every[0].span or not all(_is_plain(each, project) for each in every):
        return ()
    return tuple((each.kind, each.span, _call(each)) for each in every)


def _is_plain(event: Event, project: Project) -> bool:
    function = event.function
    if function is None or event.kind not in ("startup", "shutdown") or event.method != "on_event":
        return False
    facts = function.facts
    return (
        function.path == event.router.path == event.span.path
        and facts.qualname == facts.name
        and len(facts.decorators) == 1
        and not facts.params
        and not facts.is_generator
        and not project.references.is_used(project.function(function))
    )


def _call(event: Event) -> str:
    if event.function is None:
        return ""
    facts = event.function.facts
    return f"{'await ' if facts.is_async else ''}{facts.name}()"
