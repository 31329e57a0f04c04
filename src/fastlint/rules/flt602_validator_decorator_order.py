"""See ``rules/FLT602-validator-decorator-order.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Module
from fastlint.model.shapes.decorated_validators import decorated_validators
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """Validators that are hidden below ``@classmethod``."""
    for each in decorated_validators(module):
        above = each.covering
        if above is not None:
            yield Problem(
                module.span(each.decorator),
                f"`@{above.id}` above `@{each.by}` hides `{each.facts.name}` from pydantic, which "
                "never calls it",
                f"write `@{each.by}` above `@{above.id}`",
                data=(module.span(above), module.span(each.decorator)),
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``@classmethod`` above ``@field_validator`` -> below it."""
    changed = edits.swap_texts(syntax, *problem.data)
    return edits.offer("Change their order", changed, safe=True)
