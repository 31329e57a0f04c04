"""FLT414 validation-handler-unserializable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.json_content import raw_errors
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Validation errors that are written as JSON with the exceptions in them."""
    for function, call in raw_errors(project):
        if not project.module(function.path).is_test:
            yield Problem(
                function.at(call),
                "the errors hold the ValueError of every validator that raised one, and the bytes "
                "of a body that was not sent as JSON: the client gets 500 in place of the reason",
                "give the response `jsonable_encoder(…)` of them, as FastAPI's own handler does",
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Encode them first."""
    return edits.encode(syntax, problem.span)
