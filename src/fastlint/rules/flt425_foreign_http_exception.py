"""See ``rules/FLT425-foreign-http-exception.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.foreign_errors import foreign_errors
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Exceptions of other libraries that are to say a status."""
    for found in foreign_errors(project):
        function, imported = found.function, found.imported
        home, name = found.cls.rsplit(".", 1)
        yield Problem(
            function.at(found.node),
            f"this `{name}` is that of `{home}`, of which FastAPI knows nothing: "
            "the client gets 500",
            "import `HTTPException` from `fastapi`"
            if imported
            else "raise FastAPI's `HTTPException(status_code=…, detail=…)`",
            affected=project.reach.handlers(function),
            data=function.at(imported) if imported else None,
            fixable=imported is not None,
            withheld="" if imported else "which status is meant is for you to say",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Import FastAPI's own."""
    changed = edits.modernise(syntax, problem.data, "moved", "fastapi.HTTPException")
    return edits.offer("Import `HTTPException` from `fastapi`", changed, safe=True)
