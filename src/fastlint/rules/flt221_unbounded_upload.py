"""See ``rules/FLT221-unbounded-upload.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.uploads import unbounded
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``await file.read()`` with no limit anywhere."""
    for each in unbounded(project):
        handler = each.route.handler
        has_option = project.versions.of("fastapi", each.site.path).at_least((0, 164))
        yield Problem(
            each.site.span,
            "the whole upload is read into memory, however large it is, and nothing limits it here",
            "give the route or the app `max_body_size=`, or read it piece by piece"
            if has_option
            else "read it piece by piece (`await file.read(65536)`), and stop when it is too much",
            affected=() if handler is None else (handler.id,),
        )
