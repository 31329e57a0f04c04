"""FLT406 flask-style-return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.tuples import status_tuples
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_WRITTEN = (tree.Constant, tree.DictDisplay, tree.FString)


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Tuples of a body and a status code."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in status_tuples(route, project):
        then = (
            "the response model refuses it, and the client gets 500"
            if found.is_refused
            else f"the client gets status 200 with a list that ends in {found.status}"
        )
        instead = (
            f"`raise HTTPException(status_code={found.status}, detail=…)`"
            if found.status >= 400  # noqa: PLR2004 - where errors begin
            else "`status_code=` of the decorator"
        )
        yield Problem(
            handler.at(found.node),
            f"a tuple says no status in FastAPI: {then}",
            f"use {instead}, or return `JSONResponse(…, status_code={found.status})`",
            affected=(handler.id,),
            fixable=isinstance(found.node.items[0], _WRITTEN),
            withheld="what is returned may be no JSON",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Make a response of the tuple."""
    changed = edits.tuple_to_response(syntax, problem.span)
    return edits.offer("Return a `JSONResponse`", changed, safe=False)
