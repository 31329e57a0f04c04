"""Handlers of events that an app with a ``lifespan`` never runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.following.values import NONE
from fastlint.model.lifetimes.events import events, never_run
from fastlint.model.project import Project
from fastlint.rule import check

_OPTIONS = ("on_startup", "on_shutdown")


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``on_event`` and ``on_startup=`` of apps that were given a ``lifespan``."""
    for event in events(project):
        is_new = event.method == "on_event"  # an app has no other method since Starlette 1.0
        if not is_new and not project.versions.of("starlette", event.span.path).below((1, 0)):
            continue
        if never_run(event) and not project.module(event.span.path).is_test:
            named = f"`{event.function.facts.name}`" if event.function else "the handler"
            yield Problem(
                event.span,
                f"{named} never runs: the app has a `lifespan`, and ignores events then",
                "do this in the `lifespan`, before or after its `yield`",
                related=(Related(event.router.span, "the app is given its `lifespan` here"),),
            )
    for app in project.apps:
        given = [name for name in _OPTIONS if app.value.options.get(name, NONE) != NONE]
        lifespan = app.value.options.get("lifespan", NONE)
        if given and lifespan != NONE and not project.module(app.span.path).is_test:
            yield Problem(
                app.span,
                f"`{given[0]}` is never run: the app has a `lifespan` as well, which replaces it",
                "do this in the `lifespan`, before or after its `yield`",
            )
