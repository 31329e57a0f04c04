"""Where a guard of a route was looked for, in words."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Related
from fastlint.model.security.guards import Guards
from fastlint.model.serving.routing import Route


def levels(route: Route, guards: Guards) -> Iterator[Related]:
    """Where a guard was looked for, from the app to the handler."""
    if route.app is not None:
        passed = guards.let_by(route)
        rest = "" if passed else ", nor has its middleware"
        yield Related(route.app.span, f"the app `{route.app.id}` has none{rest}")
        for name, span in passed:
            yield Related(span, f"its middleware `{name}` lets this path by")
    for step in route.steps:
        verb = "mounted" if step.router.is_app else "included"
        yield Related(step.span, f"`{step.router.id}` is {verb} without one")
    if route.router is not route.app:
        yield Related(route.router.span, f"the router `{route.router.id}` has none")
    for each in guards.idle(route):
        name = each.name.rpartition(":")[2]
        yield Related(each.span, f"`{name}` turns nobody away, and nobody gets what it gives")
    yield Related(route.span, "the decorator names none")
    if route.handler is not None:
        yield Related(route.handler.name_span, "the handler's signature and body have none")
