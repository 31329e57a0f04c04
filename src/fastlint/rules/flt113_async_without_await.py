"""See ``rules/FLT113-async-without-await.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.nothing_awaited import needless
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``async def`` without an ``await``."""
    for entry, function in needless(project):
        yield Problem(
            function.name_span,
            f"`{function.name}` is an `async def` and awaits nothing: all of it runs on the event "
            "loop, and nothing else does meanwhile",
            "write `def`, unless it is quick: then it runs in the thread pool",
            affected=tuple(route.handler.id for route in entry.routes if route.handler),
        )
