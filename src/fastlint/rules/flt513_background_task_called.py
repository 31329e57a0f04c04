"""``add_task(f(x))``: the task runs before the response, and nothing after it."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.tasks import called
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Functions that are called where ``add_task`` wants their name."""
    for found in called(project):
        function = found.reached.function
        if project.module(function.path).is_test:
            continue
        if found.is_async:
            then = "gives a coroutine that nobody awaits"
        else:
            then = "runs it before the response, and adds None as the task"
        yield Problem(
            found.inner.span,
            f"`{found.name}` is called here instead of later: this {then}",
            f"hand over the function and its arguments: `add_task({found.name}, …)`",
            affected=project.reach.handlers(function),
            fixable=len(found.site.node.args) == 1 and not found.site.node.keywords,
            withheld="the task is given arguments already",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Hand over the function and its arguments."""
    changed = edits.pass_callee(syntax, problem.span)
    return edits.offer("Hand over the function", changed, safe=True)
