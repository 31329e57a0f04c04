"""See ``rules/FLT309-router-not-included.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Routers that were made and never included."""
    for router, routes in project.unincluded:
        if project.module(router.span.path).is_put_away:
            continue
        more = f" and {len(routes) - 1} more" if len(routes) > 1 else ""
        yield Problem(
            router.span,
            f"no app includes `{router.value.name}`: `{routes[0].label}`{more} cannot be reached",
            "include it in the app, or remove it",
            affected=tuple(route.handler.id for route in routes if route.handler),
        )
