"""See ``rules/FLT111-untracked-background-task.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.calls.loose_tasks import loose_tasks
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = (
    "nobody keeps the task that `{}` gives, and the event loop only knows it weakly: it may vanish "
    "before it is done, and what it raises is not seen"
)
_FAILS = (
    "`{}` finds no event loop here: FastAPI runs `{}` in a thread, as it is a `def`, so this is a "
    "`RuntimeError` each time"
)
_ASYNC = "declare `{}` with `async def`, or hand the work to `BackgroundTasks`"
_HELP = (
    "keep it until it is done: `tasks.add(task)` and `task.add_done_callback(tasks.discard)`, or "
    "start it in an `asyncio.TaskGroup`; after a response, `BackgroundTasks` does"
)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``asyncio.create_task(notify())``"""
    for each in loose_tasks(project):
        name = each.function.name
        fails = each.in_thread
        yield Problem(
            each.span,
            _FAILS.format(each.shown, name) if fails else _WHAT.format(each.shown),
            _ASYNC.format(name) if fails else _HELP,
            affected=project.reach.handlers(each.function),
            severity=Severity.ERROR if fails else None,
        )
