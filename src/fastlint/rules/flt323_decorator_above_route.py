"""A decorator that wraps a handler when it has already been registered."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.decorating import above_routes
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Decorators above the one that makes a route."""
    for found in above_routes(project):
        if project.module(found.span.path).is_test:
            continue
        handler = found.route.handler
        yield Problem(
            found.span,
            f"`{found.written}` does not take part in the route: it wraps the handler when that "
            "has already been registered",
            "put it below the decorator that makes the route",
            related=(Related(found.route.span, "registers the function as it is here"),),
            affected=(handler.id,) if handler else (),
            data=found.order,
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Let it change places with what is below, down to the route."""
    changed = edits.move_down(syntax, problem.data)
    return edits.offer("Put it below the route", changed, safe=False)
