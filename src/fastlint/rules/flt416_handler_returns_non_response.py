"""FLT416 handler-returns-non-response."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.unanswered import unanswered
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = {"exception handler": "an exception handler", "middleware": "middleware"}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Exception handlers and middleware that give no response."""
    for found in unanswered(project):
        function = found.function
        what = _WHAT[found.kind]
        if found.node is None:
            yield Problem(
                function.name_span,
                f"`{function.name}` is {what} and reaches its end without a response: "
                "the client gets 500",
                "return a response at the end"
                + (": `return await call_next(request)`" if found.kind == "middleware" else ""),
            )
        else:
            yield Problem(
                function.at(found.node),
                f"`{function.name}` is {what}, of which FastAPI makes no response: "
                "what is returned here is none, and the client gets 500",
                "return a response: `JSONResponse(…)`",
            )
