"""Handlers of events that do not run as often as they are registered.

An included router's handlers are handed to the router that includes it, and its own lifespan, which
runs them too, is merged into the app's where that has none of its own (fastapi/routing.py
`include_router`; seen on 0.141 to 0.165). What a handler yields is never asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.values import IncludeEntry, RouterValue
from fastlint.model.lifetimes.events import Event, events, never_run

if TYPE_CHECKING:
    from fastlint.model.project import Project


def run_twice(project: Project) -> Iterator[tuple[Event, IncludeEntry]]:
    """The startup and shutdown handlers of routers that an app without a lifespan includes."""
    found = [each for each in events(project) if not each.router.is_app]
    for event in found:
        for app in project.machine.routers:
            if app.is_app and not app.open and app.options.get("lifespan") is None:
                entry = next(_includes(app, event.router, set()), None)
                if entry is not None and event.method == "on_event":
                    yield event, entry
                    break


def never_started(project: Project) -> Iterator[Event]:
    """The handlers that are generators: calling one does not run it."""
    for event in events(project):
        function = event.function
        if function is not None and function.facts.is_generator and not never_run(event):
            yield event


def _includes(app: RouterValue, wanted: RouterValue, seen: set[int]) -> Iterator[IncludeEntry]:
    seen.add(id(app))
    for entry in app.entries:
        if isinstance(entry, IncludeEntry) and isinstance(entry.child, RouterValue):
            if entry.child is wanted and not entry.conditional:
                yield entry
            elif id(entry.child) not in seen:
                yield from _includes(entry.child, wanted, seen)
