"""See ``rules/FLT702-ignored-api.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.migration import outdated
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Uses of what a library that the project runs with accepts and does not look at."""
    for each in outdated(project):
        if each.change.state == "ignored":
            why = f": {each.change.why}" if each.change.why else ""
            message = f"`{each.written}` has had no effect since {each.release}{why}"
            yield Problem(
                each.span,
                message,
                each.instead,
            )
