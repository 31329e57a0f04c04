"""See ``rules/FLT116-await-in-loop.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.in_turn import in_turn
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``for url in urls: await client.get(url)``"""
    for each in in_turn(project):
        yield Problem(
            each.span,
            f"the request for each `{each.element}` waits until that for the one before has been "
            "answered, though nothing of it is needed",
            "start them together: `await asyncio.gather(*(… for … in …))`, or in a `TaskGroup`",
            affected=project.reach.handlers(each.function),
        )
