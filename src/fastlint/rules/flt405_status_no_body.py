"""FLT405 status-no-body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.model.answers.bodiless import bodied
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_WHAT = {
    "option": "it is declared with a `response_model`: FastAPI refuses to start",
    "annotation": "a return type is declared: FastAPI refuses to start",
    "responses": "`responses=` gives it a model: FastAPI refuses to start",
    "return": "this is returned: FastAPI drops it, and the client never gets it",
    "foreign": "what is returned here is the response of a client: FastAPI takes it for content",
    "response": "this response is given content, which the client never gets",
}
_INSTEAD = {
    "option": "leave out the `response_model`, or answer with another status code",
    "annotation": "annotate `-> None`, or answer with another status code",
    "responses": "leave out the model",
    "return": "return nothing, or answer with another status code",
    "foreign": "return nothing, or a `Response` of `fastapi`",
    "response": "return `Response(status_code=…)`, or answer with another status code",
}


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Bodies for answers whose status code allows none."""
    if route.handler is None or project.module(route.handler.path).is_test:
        return
    for found in bodied(route, project):
        yield Problem(
            found.span,
            f"an answer with status {found.status} has no body, yet {_WHAT[found.kind]}",
            _INSTEAD[found.kind],
            affected=(route.handler.id,),
            severity=Severity.WARNING if found.kind in ("response", "foreign") else None,
            data=found.kind,
            fixable=found.is_plain and found.kind in ("annotation", "option", "return"),
            withheld="" if found.is_plain else "what gives the body does more than that",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Leave out what declares or gives the body."""
    if problem.data == "option":
        changed = edits.remove_keyword(syntax, problem.span, "response_model")
        return edits.offer("Remove `response_model`", changed, safe=True)
    if problem.data == "annotation":
        changed = edits.replace_text(syntax, problem.span, "None")
        return edits.offer("Annotate `-> None`", changed, safe=True)
    changed = edits.return_nothing(syntax, problem.span)
    return edits.offer("Return nothing", changed, safe=True)
