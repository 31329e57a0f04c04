"""A generator dependency that catches what the handler raises, and does not raise it again."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.kept_exceptions import swallowing
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``except`` around ``yield`` without ``raise``."""
    for found in swallowing(project):
        function = found.dependency.function
        if project.module(function.path).is_test:
            continue
        place = found.handler
        yield Problem(
            Span(function.path, place.line, place.column, place.line, place.column + 6),
            f"this `{found.caught}` swallows what the handler raises: the client gets 500 even for "
            "an `HTTPException` of 404",
            "end it with `raise`",
            related=(
                Related(found.dependency.span, f"`{function.name}` is a dependency"),
                Related(function.at(found.at), "the handler's exception is raised here"),
            ),
            affected=found.dependency.affected,
            data=function.at(place.body[-1]),
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Raise it again at the end."""
    changed = edits.raise_again(syntax, problem.data)
    return edits.offer("Raise it again", changed, safe=True)
