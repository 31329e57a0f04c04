"""Credentials that have to be there, and that nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Schemes that are the only guard, where nothing is done with what they find."""
    if route.unknown or route.handler is None or project.module(route.span.path).is_test:
        return
    for found in project.credentials.of(route):
        if found.lets_in or not found.is_known or found.is_looked_at:
            continue
        if not project.credentials.nobody_else_looks(found, route):
            continue
        takers = [each.function for each in found.takers if each.function is not None]
        yield Problem(
            found.scheme.span,
            f"`{found.scheme.scheme}` only asks for credentials, and nobody looks at them: any "
            "that are sent will do",
            "depend on a function that takes them from the scheme and answers 401 to wrong ones",
            related=tuple(
                Related(taker.name_span, f"`{taker.name}` gets them and does not look")
                for taker in dict.fromkeys(takers)
            ),
            affected=(route.handler.id,),
        )
