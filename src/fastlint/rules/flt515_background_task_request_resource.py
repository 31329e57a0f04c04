"""A background task that is given a session which is closed when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.tasks import closed
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """What generator dependencies gave, among the arguments of ``add_task``."""
    for found in closed(project):
        if project.module(found.function.path).is_test:
            continue
        named = found.dependency.name.rpartition(":")[2]
        yield Problem(
            found.span,
            f"`{found.name}` is closed when this task runs: `{named}` comes to its end before the "
            "response is sent, and the task starts after it",
            "pass what the task has to know, such as an ID, and open a session in the task",
            related=(Related(found.dependency.span, "ends with the function"),),
            affected=(found.function.id,),
        )
