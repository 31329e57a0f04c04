"""FLT408 html-without-response-class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.markup import html_returned
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """HTML that is sent as JSON."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for node in html_returned(route, project):
        yield Problem(
            handler.at(node),
            "this HTML is sent as a JSON string, in quotes and with `application/json`: "
            "a browser shows the source",
            "say `response_class=HTMLResponse` in the decorator",
            affected=(handler.id,),
            data=route.span,
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Say that it is HTML."""
    changed = edits.add_keyword(syntax, problem.data, "response_class", "", edits.HTML_RESPONSE)
    return edits.offer("Add `response_class=HTMLResponse`", changed, safe=False)
