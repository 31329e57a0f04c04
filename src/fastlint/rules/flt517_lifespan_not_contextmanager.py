"""A ``lifespan`` that the app cannot enter."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.lifespans import no_managers
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Coroutines, plain context managers and results of calls."""
    for found in no_managers(project):
        if project.module(found.span.path).is_test:
            continue
        here = found.span == found.made
        related = () if here else (Related(found.made, "the app is given it here"),)
        yield Problem(found.span, found.why, found.instead, related=related)
