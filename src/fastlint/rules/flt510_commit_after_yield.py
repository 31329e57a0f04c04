"""A dependency that commits when the client has already been told that all went well."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.lifetimes.committing import late_commits
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``commit()`` behind ``yield``."""
    for found in late_commits(project):
        if found.written == "begin()":
            what = "`begin()` commits at the end of its block, after the response is sent"
        else:
            what = "`commit()` runs after the response is sent"
        yield Problem(
            found.span,
            f"{what}: where it fails, the client has been told that all went well",
            'commit in the handler, or ask for it with `Depends(…, scope="function")` (FastAPI '
            "0.121), which ends it before the response",
            related=found.trail,
            affected=found.affected,
        )
