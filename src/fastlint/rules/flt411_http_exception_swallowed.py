"""FLT411 http-exception-swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Related, Severity
from fastlint.fixes import edits
from fastlint.model.answers.swallowing import swallowed
from fastlint.model.answers.telling import only_tells
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_THEN = {
    "raises": "the client gets the error of the `except`, not this one",
    "returns": "the function goes on to return, as if nothing had happened",
    "goes on": "the function goes on, as if nothing had happened",
}
_LET_THROUGH = "put `except HTTPException: raise` before it"
_CLEAN_UP = "put an `except HTTPException:` before it that cleans up likewise and ends with `raise`"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """HTTP exceptions that never reach FastAPI."""
    for function, found in swallowed(project):
        raised = found.raised
        what = f"`{raised.name}` raised here"
        if raised.through is not None:
            what = f"`{raised.name}`, which `{raised.through.name}` raises,"
        place = f"`except` in line {found.handler.line}"
        passed_by = only_tells(found.handler, function)
        yield Problem(
            function.at(raised.node),
            f"{what} is taken by the {place}: {_THEN[found.does]}",
            f"{_LET_THROUGH if passed_by else _CLEAN_UP}, or raise outside of the `try`",
            related=(*raised.trail, Related(function.at(found.handler), "takes it")),
            affected=project.reach.handlers(function),
            severity=Severity.WARNING if raised.through or found.does != "raises" else None,
            data=(function.at(found.handler), found.does == "raises"),
            fixable=passed_by,
            withheld="the `except` does more than log and raise, which may be needed here, too",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Let HTTP exceptions through. Unsafe where the `except` may well mean to go on."""
    handler, safe = problem.data
    changed = edits.let_through(syntax, handler)
    return edits.offer("Let `HTTPException` through", changed, safe=safe)
