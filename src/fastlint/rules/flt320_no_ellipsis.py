"""See ``rules/FLT320-no-ellipsis.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Module
from fastlint.model.serving.ellipses import ellipses
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Markers that say with `...` what they say without it."""
    for name, call in ellipses(module):
        span = module.span(call)
        yield Problem(
            span,
            f"`{name}(...)` is required with and without the `...`",
            "take the `...` out",
            data=span,
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``Query(..., ge=1)`` -> ``Query(ge=1)``."""
    changed = edits.drop_ellipsis(syntax, problem.data)
    return edits.offer("Take the `...` out", changed, safe=True)
