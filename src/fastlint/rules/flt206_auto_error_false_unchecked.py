"""``auto_error=False``, and nobody asks whether there are credentials."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.project import Project
from fastlint.model.security.credentials import Found
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Schemes that let everybody in, where who gets their result takes it as it is."""
    if route.unknown or route.handler is None or project.module(route.span.path).is_test:
        return
    for found in project.credentials.of(route):
        if not found.lets_in or not found.is_known or found.is_tested_for_none:
            continue
        if project.credentials.nobody_else_looks(found, route):
            yield _problem(found, route)


def _problem(found: Found, route: Route) -> Problem:
    fails = found.fails_on_none
    then = "it answers 500 to a request without any" if fails else "everybody gets in"
    takers = [each.function for each in found.takers if each.function is not None]
    return Problem(
        found.scheme.span,
        f"`{found.scheme.scheme}` has `auto_error=False`, and nobody tests for None whether there "
        f"are credentials: {then}",
        "leave out `auto_error=False`, or answer 401 where the credentials are None",
        related=tuple(
            Related(taker.name_span, f"`{taker.name}` gets them, or None")
            for taker in dict.fromkeys(takers)
        ),
        affected=(route.handler.id,) if route.handler else (),
        severity=Severity.WARNING if fails else None,
    )
