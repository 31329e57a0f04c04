"""A background task that is given a session which is closed when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.lifetimes.outlived import outlived
from fastlint.model.lifetimes.tasks import closed
from fastlint.model.project import Project
from fastlint.rule import check

_INSTEAD = "pass what the task has to know, such as an ID, and open a session in the task"


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """What generator dependencies gave, in tasks that run when these have come to their end."""
    for found in closed(project):
        if project.module(found.function.path).is_test:
            continue
        named = found.dependency.name.rpartition(":")[2]
        yield Problem(
            found.span,
            f"`{found.name}` is closed when this task runs: `{named}` comes to its end before the "
            "response is sent, and the task starts after it",
            _INSTEAD,
            related=(Related(found.dependency.span, "ends with the function"),),
            affected=(found.function.id,),
        )
    for left in outlived(project):
        if project.module(left.function.path).is_test:
            continue
        named = left.dependency.name.rpartition(":")[2]
        yield Problem(
            left.span,
            f"`{left.name}` may be closed while this task still uses it: `{named}` comes to its "
            "end with the request, and nobody waits for the task",
            _INSTEAD,
            related=(Related(left.dependency.span, "ends with the request"),),
            affected=(left.function.id,),
            severity=Severity.WARNING,
        )
