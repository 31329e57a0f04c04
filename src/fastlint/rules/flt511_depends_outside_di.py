"""Calls of what only FastAPI can call."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.outside import dropped, uninjected
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Parameters that keep their ``Depends(…)``, and ``next(get_db())``."""
    for call in uninjected(project):
        name, marker = call.missing[0]
        function = call.function
        yield Problem(
            call.span,
            f"`{function.name}` is called without `{name}`, which is then the `{marker}(…)` object "
            "itself: only FastAPI fills it in",
            f"pass `{name}`, or let FastAPI call `{function.name}` as a dependency",
            related=(Related(function.name_span, f"`{name}` has `{marker}(…)` for its default"),),
        )
    for drop in dropped(project):
        name = drop.dependency.name
        yield Problem(
            drop.span,
            f"the generator of `{name}` is thrown away with its first value, and cleans up at once",
            f"use a context manager: `with contextlib.contextmanager({name})() as …`",
            related=(Related(drop.dependency.name_span, "cleans up when it is closed"),),
        )
