"""Calls of what only FastAPI can call."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.following.functions import Function
from fastlint.model.lifetimes.unplayed import unplayed
from fastlint.model.project import Project
from fastlint.model.serving.outside import dropped, uninjected
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
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
            f"use a context manager: {_entered(drop.dependency)}",
            related=(Related(drop.dependency.name_span, "cleans up when it is closed"),),
        )
    for taken in unplayed(project):
        name = taken.dependency.name
        yield Problem(
            taken.span,
            f"`{name}()` gives a generator, not what that yields: only FastAPI runs it",
            f"let FastAPI call `{name}` as a dependency, or use a context manager: "
            f"{_entered(taken.dependency)}",
            related=(Related(taken.dependency.name_span, "gives a generator"),),
        )


def _entered(dependency: Function) -> str:
    """How the project itself gets what a generator yields, and has it cleaned up afterwards."""
    waits, made = ("async ", "async") if dependency.is_async else ("", "")
    return f"`{waits}with contextlib.{made}contextmanager({dependency.name})() as …`"
