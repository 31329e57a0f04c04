"""See ``rules/FLT523-event-handler-runs.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.event_runs import never_started, run_twice
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Handlers of startup and shutdown that run twice, or never."""
    for event, include in run_twice(project):
        if not project.module(event.span.path).is_test:
            yield Problem(
                event.span,
                f"this handler of `{event.kind}` runs twice: once for the router that is included, "
                "and once for the app that includes it",
                "do it in a `lifespan` of the app, or of the router",
                (Related(include.span, "here the router is included"),),
            )
    for event in never_started(project):
        if not project.module(event.span.path).is_test:
            yield Problem(
                event.span,
                "the handler is a generator: it is called, and nothing of it runs",
                "put what it does into a `lifespan`, or leave out the `yield`",
            )
