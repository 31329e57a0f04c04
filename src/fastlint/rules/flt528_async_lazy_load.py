"""See ``rules/FLT528-async-lazy-load.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.lazily import unloaded
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``user.items`` of a user that an ``AsyncSession`` has loaded without them."""
    for each in unloaded(project):
        reader = f"`{each.model}` reads" if each.model else "this reads"
        yield Problem(
            each.span,
            f"{reader} `{each.name}` of a `{each.table}` that was loaded without it: an "
            "`AsyncSession` cannot load it now, and raises `MissingGreenlet`",
            f"load it with the query: `.options(selectinload({each.table}.{each.name}))`",
            affected=project.reach.handlers(each.function),
        )
