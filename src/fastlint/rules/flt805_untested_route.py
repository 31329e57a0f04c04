"""See ``rules/FLT805-untested-route.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.serving.tested_paths import untested
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Routes whose address stands in no test."""
    for route in untested(project):
        yield Problem(
            route.span,
            f"no test asks for `{route.label}`: no address in the tests fits it",
            "ask for it in a test, at least once",
            affected=() if route.handler is None else (route.handler.id,),
        )
