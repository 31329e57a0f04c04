"""See ``rules/FLT110-threadpool-call-not-callable.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.calls.called_too_soon import called_too_soon
from fastlint.model.project import Project
from fastlint.rule import check

_CALLED = (
    "`{shown}` is called on the spot, not in the thread, and what it gives cannot be called by "
    "`{escape}`"
)
_COROUTINE = "`{shown}` gives a coroutine, which `{escape}` cannot call in its thread"
_GIVE = "give the function and its arguments apart: `{escape}({shown}, …)`"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``run_in_threadpool(f(x))``"""
    for each in called_too_soon(project):
        names = {"shown": each.shown, "escape": each.escape}
        yield Problem(
            each.span,
            (_COROUTINE if each.is_coroutine else _CALLED).format(**names),
            "`await` the coroutine itself: it needs no thread"
            if each.is_coroutine
            else _GIVE.format(**names),
            affected=project.reach.handlers(each.function),
            data=each.outer,
            fixable=each.takes,
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``to_thread(f(x))`` -> ``to_thread(f, x)``"""
    changed = edits.uncall_first(syntax, problem.data)
    return edits.offer("Let the thread call it", changed, safe=False)
