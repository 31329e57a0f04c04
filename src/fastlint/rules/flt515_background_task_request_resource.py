"""A background task that is given a session which is closed when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.lifetimes.outlived import outlived
from fastlint.model.lifetimes.tasks import Closed, closed
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """What generator dependencies gave, in tasks that run when these have come to their end."""
    for found in closed(project):
        if not project.module(found.function.path).is_test:
            yield _problem(
                found,
                f"`{found.name}` is closed when this task runs: `{_named(found)}` comes to its end "
                "before the response is sent, and the task starts after it",
                "ends with the function",
            )
    for left in outlived(project):
        if not project.module(left.function.path).is_test:
            yield _problem(
                left,
                f"`{left.name}` may be closed while this task still uses it: `{_named(left)}` "
                "comes to its end with the request, and nobody waits for the task",
                "ends with the request",
                Severity.WARNING,
            )


def _named(found: Closed) -> str:
    return found.dependency.name.rpartition(":")[2]


def _problem(found: Closed, message: str, ends: str, severity: Severity | None = None) -> Problem:
    return Problem(
        found.span,
        message,
        "pass what the task has to know, such as an ID, and open a session in the task",
        related=(Related(found.dependency.span, ends),),
        affected=(found.function.id,),
        severity=severity,
    )
