"""See ``rules/FLT527-n-plus-one.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.calls.query_loops import repeated
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Queries in loops."""
    for each in repeated(project):
        if each.relationship:
            what = f"looking at `{each.relationship}` asks the database"
            instead = (
                f"load all of them with the query: `.options(selectinload({each.relationship}))`"
            )
        else:
            what = "this query is asked"
            instead = "ask once for all of them before the loop: `.where(… .in_(…))`, or a join"
        yield Problem(
            each.span,
            f"{what} once for each `{each.element}` of the loop",
            instead,
            (Related(each.loop, "the loop goes through this"),),
            project.reach.handlers(each.function),
        )
