"""FLT401 missing-response-model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.project import Project
from fastlint.model.serving.metadata import hides_return
from fastlint.model.serving.responses import answers_undeclared
from fastlint.model.serving.returned import returned_model, returns_content
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Handlers whose answer nobody declared."""
    handler = route.handler
    if handler is None or not answers_undeclared(route) or project.module(handler.path).is_test:
        return
    if handler.is_stub or not returns_content(handler, project):
        return
    hidden_by = hides_return(route) if handler.facts.returns else None
    model = None if hidden_by else returned_model(handler, project)
    lacks = "has neither a return annotation nor a `response_model`"
    annotate = f"annotate what it returns{f': `-> {model}`' if model else ''}, or "
    if hidden_by:
        lacks = f"has a return annotation that `@{hidden_by}` hides, and no `response_model`"
        annotate = ""
    yield Problem(
        handler.name_span,
        f"`{handler.name}` {lacks}: what it returns is sent unchecked and unfiltered, and the "
        "documentation does not describe it",
        f"{annotate}give the decorator a `response_model`",
        affected=(handler.id,),
        data=model,
        fixable=model is not None,
        withheld="it is not known to return one model that this file defines or imports",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Annotate the model that every return gives."""
    changed = edits.set_return_annotation(syntax, problem.span, problem.data)
    return edits.offer(f"Annotate `-> {problem.data}`", changed, safe=False)
