"""See ``rules/FLT103-async-dep-sync-session.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.session_dependencies import async_session_dependencies
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = (
    "`{}` is an `async def` around a synchronous session, which is therefore closed on the event "
    "loop: all requests wait while the database ends its transaction"
)
_HELP = "declare `{}` with `def`, so that FastAPI runs both halves in its thread pool"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``async def get_db(): with SessionLocal() as db: yield db``"""
    for entry in async_session_dependencies(project):
        function = entry.function
        yield Problem(
            function.name_span,
            _WHAT.format(function.name),
            _HELP.format(function.name),
            affected=tuple(dict.fromkeys(r.handler.id for r in entry.routes if r.handler)),
            data=(function.name_span, function.name),
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``async def`` -> ``def``, with the return type of a generator."""
    span, name = problem.data
    changed = edits.make_sync(syntax, span)
    return edits.offer(f"Make `{name}` a `def`", changed, safe=False)
