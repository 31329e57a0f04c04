"""See ``rules/FLT705-after-validator-classmethod.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.functions import Module
from fastlint.model.shapes.decorated_validators import decorated_validators
from fastlint.rule import check


@check(Module)
def run(module: Module) -> Iterator[Problem]:
    """``@model_validator(mode="after")`` on a class method."""
    for each in decorated_validators(module):
        if each.is_after_model and each.is_for_class and each.covering is None:
            yield Problem(
                module.span(each.decorator),
                f'`{each.facts.name}` is a class method, which `mode="after"` takes no longer in '
                "Pydantic 3, and warns of since 2.12",
                "write it as a method, `def …(self)`, that reads its own attributes and returns "
                "`self`",
            )
