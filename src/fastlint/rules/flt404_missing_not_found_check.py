"""FLT404 missing-not-found-check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.model.answers.lost import found_nothing, wording
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Handlers that return what a lookup gave, found or not."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in found_nothing(route, project):
        lookup, detail = wording(found)
        what = f"`{found.variable}`" if found.variable else f"what `{lookup}` gives"
        yield Problem(
            handler.at(found.node),
            f"{what} is returned without a test for None: where `{lookup}` finds nothing, "
            "the client gets 200 with `null`, or a 500, instead of 404",
            "raise `HTTPException(status_code=404)` where it is None, or declare that the answer "
            "may be None",
            related=(
                Related(handler.name_span, f"path operation `{handler.name}`"),
                Related(found.source.span, "may find nothing"),
            ),
            affected=(handler.id,),
            data=None
            if found.statement is None
            else (handler.at(found.statement), found.variable, detail),
            fixable=found.statement is not None,
            withheld="what was looked up has no name here",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Answer 404 right after the lookup."""
    changed = edits.insert_not_found_check(syntax, *problem.data)
    return edits.offer("Answer 404 where it is not found", changed, safe=False)
