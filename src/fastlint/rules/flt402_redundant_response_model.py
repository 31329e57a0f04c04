"""FLT402 redundant-response-model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.repeated import repeated
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Decorators that repeat the return annotation."""
    for handler, call, keyword in repeated(project):
        yield Problem(
            handler.at(keyword),
            f"`response_model` repeats the return annotation of `{handler.name}`",
            "leave it out: FastAPI takes the return annotation as the response model",
            affected=(handler.id,),
            data=handler.at(call),
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Drop the keyword."""
    changed = edits.remove_keyword(syntax, problem.data, "response_model")
    return edits.offer("Remove `response_model`", changed, safe=True)
