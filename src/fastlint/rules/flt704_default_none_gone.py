"""See ``rules/FLT704-default-none-gone.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.migration import changed_defaults
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Fields that pydantic 1 gave the default None."""
    for each in changed_defaults(project):
        name = each.field.name
        yield Problem(
            each.field.span,
            f"`{each.model}.{name}` may be None and had the default None; it has been required "
            f"since {each.change.release}",
            "give it the default None, where it may be left out",
            data=(each.place, each.written),
            fixable=not each.is_type,
            withheld="the name stands for a type in this class",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``note: str | None`` -> ``note: str | None = None``."""
    place, text = problem.data
    changed = edits.replace_text(syntax, place, text)
    return edits.offer("Give it the default None", changed, safe=False)
