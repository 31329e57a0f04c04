"""See ``rules/FLT104-run-loop-in-async.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.calls import ways
from fastlint.model.project import Project
from fastlint.rule import check

_AWAITED = ("asyncio.run", "asyncio.BaseEventLoop.run_until_complete", "asgiref.sync.async_to_sync")


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Second event loops, where one is running."""
    for each in (*project.blocked, *project.blocked_at_start):
        if each.blocking.kind != "loop":
            continue
        handlers = (r.handler.id for e in each.entries for r in e.routes if r.handler)
        yield Problem(
            each.span,
            ways.message(each),
            ways.advice(each, "none", project.settings),
            ways.steps(each),
            tuple(dict.fromkeys(handlers)),
            each.severity(project.settings),
            fixable=each.function.is_async and each.blocking.name.startswith(_AWAITED),
            withheld="this function cannot simply await what it runs",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``asyncio.run(load())`` -> ``await load()``"""
    changed = edits.await_instead(syntax, problem.span)
    return edits.offer("Await it", changed, safe=False)
