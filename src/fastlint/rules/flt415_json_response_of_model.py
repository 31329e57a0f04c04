"""FLT415 json-response-of-model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.json_content import unwritable
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Responses that are given what they cannot write."""
    for found in unwritable(project):
        if not project.module(found.function.path).is_test:
            yield Problem(
                found.function.at(found.node),
                f"`JSONResponse` writes plain JSON only, and cannot write a `{found.name}`: "
                "the client gets 500",
                "return the content itself and let FastAPI encode it, or give "
                "`jsonable_encoder(…)` of it",
                affected=project.reach.handlers(found.function),
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Encode it first."""
    return edits.encode(syntax, problem.span)
