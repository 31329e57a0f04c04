"""See ``rules/FLT421-undocumented-http-exception.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.undocumented import undocumented
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``raise HTTPException(404)`` without 404 in ``responses=``."""
    if not project.module(route.span.path).is_test:
        for each in undocumented(route, project):
            yield Problem(
                each.span,
                f"{each.status} is not in the documentation of this route: a client that is made "
                "from the schema does not know of it",
                f"add `responses={{{each.status}: {{...}}}}` to the decorator, router or app",
                affected=(each.handler.id,),
            )
