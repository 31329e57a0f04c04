"""See ``rules/FLT225-unprotected-mutating-route.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.gaps import is_for_guests
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Operations that change something and that nothing guards."""
    if route.app is None or route.handler is None or not _CHANGING.intersection(route.methods):
        return
    if is_for_guests(route, project) or not project.guards.elsewhere(route.app):
        return
    if project.guards.is_open(route):
        guard = project.guards.elsewhere(route.app)[0].rpartition(":")[2]
        yield Problem(
            route.span,
            f"`{route.label}` changes something, and nothing at any level asks who is there",
            f"give it a guard such as `{guard}`, or list the path under `public-paths`",
            affected=(route.handler.id,),
        )
