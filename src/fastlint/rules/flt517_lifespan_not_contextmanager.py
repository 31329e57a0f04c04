"""A ``lifespan`` that the app cannot enter."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.lifespans import no_managers
from fastlint.model.project import Project
from fastlint.rule import check

_WITHHELD = "what is to run at the start, and what at the end, is for you to say"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Coroutines, plain context managers and results of calls."""
    for found in no_managers(project):
        if project.module(found.span.path).is_test:
            continue
        here = found.span == found.made
        related = () if here else (Related(found.made, "the app is given it here"),)
        yield Problem(
            found.span, found.why, found.instead, related=related, fixable=here, withheld=_WITHHELD
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``lifespan=lifespan()`` -> ``lifespan=lifespan``"""
    changed = edits.uncall_keyword(syntax, problem.span, "lifespan")
    return edits.offer("Pass the function", changed, safe=True)
