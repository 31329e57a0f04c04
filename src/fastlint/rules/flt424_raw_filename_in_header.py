"""FLT424 raw-filename-in-header."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.disposed import disposed
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``headers={"Content-Disposition": f"attachment; filename={name}"}``"""
    for found in disposed(project):
        key = found.input.key
        yield Problem(
            found.where.function.at(found.value),
            f"`{key}` comes from the request, and a header is written in Latin-1: a name in any "
            "other script is a `UnicodeEncodeError`, and the client gets 500",
            "write `filename*=UTF-8''{quote(…)}` with `urllib.parse.quote`, or answer with "
            "`FileResponse(…, filename=…)`, which does",
            related=found.where.way(found.input),
            affected=found.where.affected,
        )
