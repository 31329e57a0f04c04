"""See ``rules/FLT605-after-validator-reads-dict.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.shapes.after_validators import misread
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``values["start"]`` in ``@model_validator(mode="after")``."""
    for each in misread(project):
        yield Problem(
            each.span,
            f'`mode="after"` gives the finished `{each.model}`, not a dictionary: `{each.written}` '
            "raises, and each body of this model is answered 500",
            f'write `def …(self)` and read its attributes, or say `mode="before"` if `{each.name}` '
            "has to be what was sent",
        )
