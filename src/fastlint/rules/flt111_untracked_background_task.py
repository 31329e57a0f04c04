"""See ``rules/FLT111-untracked-background-task.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.loose_tasks import loose_tasks
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = (
    "nobody keeps the task that `{}` gives, and the event loop only knows it weakly: it may vanish "
    "before it is done, and what it raises is not seen"
)
_HELP = (
    "keep it until it is done: `tasks.add(task)` and `task.add_done_callback(tasks.discard)`, or "
    "start it in an `asyncio.TaskGroup`; after a response, `BackgroundTasks` does"
)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``asyncio.create_task(notify())``"""
    for each in loose_tasks(project):
        yield Problem(
            each.span,
            _WHAT.format(each.shown),
            _HELP,
            affected=project.reach.handlers(each.function),
        )
