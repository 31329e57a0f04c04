"""Admin routes that nothing guards, although other routes of the app are guarded."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.routing import Route
from fastlint.model.sensitive_paths import sensitive_part
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Report a sensitive route where all levels are known and none of them has a guard."""
    if route.app is None or route.path is None or route.kind not in ("http", "websocket"):
        return
    if route.methods and set(route.methods) <= {"HEAD", "OPTIONS"}:
        return
    if project.module(route.span.path).is_test:
        return
    part = sensitive_part(route.path, project.settings)
    if part is None or not project.guards.is_open(route):
        return
    guards = project.guards.elsewhere(route)
    if not guards or route.handler is None:
        return
    name = guards[0].rpartition(":")[2].partition(".<locals>")[0].rpartition(".")[2]
    yield Problem(
        route.span,
        f"no security dependency found at any level for `{route.label}`",
        f"other routes depend on `{name}`: give the router, the include or the handler such a "
        f"guard, or list the path under `public-paths` if `{part}` is meant for everybody",
        related=tuple(_levels(route)),
        affected=(route.handler.id,),
    )


def _levels(route: Route) -> Iterator[Related]:
    """Where a guard was looked for, from the app to the handler."""
    if route.app is not None:
        yield Related(route.app.span, f"the app `{route.app.id}` has none, nor has its middleware")
    for step in route.steps:
        verb = "mounted" if step.router.is_app else "included"
        yield Related(step.span, f"`{step.router.id}` is {verb} without one")
    if route.router is not route.app:
        yield Related(route.router.span, f"the router `{route.router.id}` has none")
    yield Related(route.span, "the decorator names none")
    if route.handler is not None:
        yield Related(route.handler.name_span, "the handler's signature and body have none")
