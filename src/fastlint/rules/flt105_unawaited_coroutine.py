"""See ``rules/FLT105-unawaited-coroutine.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.calls.coroutines import forgotten
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = {
    "dropped": "{} is never awaited, so nothing of what it should do happens",
    "used": "{} is not awaited: what is used here is the coroutine, not its result",
    "tested": "{} is not awaited: what is tested here is the coroutine, not its result",
    "answered": "{} is not awaited: the coroutine is given to the client, which answers 500",
}
_ITSELF = "{} calls itself here, and nobody awaits it: it hides whatever else has that name"
_RENAME = "give the handler a name of its own"
_AWAIT = "write `await` before the call"
_NOT_HERE = "declare `{}` with `async def` and `await` it"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Coroutines that are made for a request and never awaited."""
    for each in forgotten(project):
        function = each.function
        here = _NOT_HERE.format(function.name)
        yield Problem(
            each.span,
            (_ITSELF if each.is_own else _WHAT[each.fate]).format(each.shown),
            _RENAME if each.is_own else _AWAIT if function.is_async else here,
            affected=project.reach.handlers(function),
            fixable=function.is_async and not each.is_own,
            withheld="it calls itself" if each.is_own else "this function is no `async def`",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``db.commit()`` -> ``await db.commit()``"""
    changed = edits.await_call(syntax, problem.span)
    return edits.offer("Await it", changed, safe=False)
