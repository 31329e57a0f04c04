"""FLT417 http-exception-in-middleware."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.model.answers.middleware_errors import escaped
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """HTTP exceptions that no exception handler ever sees."""
    for function, raised in escaped(project):
        yield Problem(
            function.at(raised.node),
            f"{raised.said} in middleware, which is outside of FastAPI's exception handlers: "
            "the client gets 500",
            "return a `JSONResponse` with the status, or raise it in a dependency",
            related=raised.trail,
            # What it calls may raise for others only.
            severity=None if raised.through is None else Severity.WARNING,
            fixable=raised.through is None and function.name != "__call__",
            withheld="what raises it is called by others" if raised.through else "",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Answer instead."""
    changed = edits.raise_to_response(syntax, problem.span)
    return edits.offer("Return a `JSONResponse`", changed, safe=False)
