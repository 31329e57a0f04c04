"""Background tasks that are added and never run."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.tasks import lost
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Tasks before a ``raise``, behind a response's own, and in ``BackgroundTasks`` left alone."""
    for found in lost(project):
        if project.module(found.function.path).is_test:
            continue
        yield Problem(
            found.span,
            found.why,
            found.instead,
            related=(Related(found.cause, "this is what is answered with"),) if found.cause else (),
            affected=project.reach.handlers(found.function),
        )
