"""See ``rules/FLT421-undocumented-http-exception.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.answers.undocumented import decorator_of, undocumented
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``raise HTTPException(404)`` without 404 in ``responses=``."""
    if project.module(route.span.path).is_test:
        return
    missing = list(undocumented(route, project))
    decorator = decorator_of(route)
    for each in missing:
        yield Problem(
            each.span,
            f"{each.status} is not in the documentation of this route: a client that is made "
            "from the schema does not know of it",
            f"add `responses={{{each.status}: {{...}}}}` to the decorator, router or app",
            affected=(each.handler.id,),
            data=(decorator, tuple((other.status, other.says) for other in missing)),
            fixable=decorator is not None,
            withheld="the route is registered elsewhere",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``responses={404: {"description": "no such item"}}`` in the decorator."""
    decorator, answers = problem.data
    changed = edits.document_answers(syntax, decorator, answers)
    return edits.offer("Document what is raised", changed, safe=True)
