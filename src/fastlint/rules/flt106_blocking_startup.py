"""See ``rules/FLT106-blocking-startup.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.calls import ways
from fastlint.model.calls.starting import starts
from fastlint.model.project import Project
from fastlint.rule import check

_SEVERAL = "{called} blocks the event loop in {entry}, with {name} and {others:,} more {calls}"
_THREAD = "run it in a thread: `await run_in_threadpool(…)`"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Calls that keep the event loop waiting in a lifespan or a handler of start-up or shutdown."""
    for start in starts(project):
        each, steps = start.first, ways.steps(start.first)
        if start.leg is None:
            told = ways.advice(each, each.mend, project.settings)
            yield Problem(start.span, ways.message(each), told, steps)
            continue
        message = _SEVERAL.format(
            called=ways.shown(start.leg.function),
            entry=each.entries[0].nearest,
            name=each.blocking.shown,
            others=start.others,
            calls="call" if start.others == 1 else "calls",
        )
        steps = (*steps, Related(each.span, f"which calls {each.blocking.shown}"))
        yield Problem(start.span, message, _THREAD, steps)
