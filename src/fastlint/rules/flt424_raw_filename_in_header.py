"""FLT424 raw-filename-in-header."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.security.disposed import disposed
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """``headers={"Content-Disposition": f"attachment; filename={name}"}``"""
    for found in disposed(project):
        function, handler = found.where.function, found.where.route.handler
        if project.module(function.path).is_test:
            continue
        key = found.input.key
        yield Problem(
            function.at(found.value),
            f"`{key}` comes from the request, and a header is written in Latin-1: a name in any "
            "other script is a `UnicodeEncodeError`, and the client gets 500",
            "write `filename*=UTF-8''{quote(…)}` with `urllib.parse.quote`, or answer with "
            "`FileResponse(…, filename=…)`, which does",
            related=(
                Related(found.input.span, f"`{key}` is read from the request here"),
                *(Related(site.span, "and handed on here") for site in found.where.trail),
            ),
            affected=(handler.id,) if handler else (),
        )
