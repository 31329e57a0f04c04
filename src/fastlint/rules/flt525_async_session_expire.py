"""See ``rules/FLT525-async-session-expire.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.expired import expired
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Objects that are read after the commit of an async session."""
    for each in expired(project):
        function = each.function
        yield Problem(
            function.at(each.node),
            f"`{each.name}` is empty since the commit, and an async session cannot load it again "
            "by itself: `MissingGreenlet`, and the client gets 500",
            f"`await session.refresh({each.name})` first, or make the sessions with "
            "`expire_on_commit=False`",
            (Related(function.at(each.commit), "this commit empties all objects"),),
            project.reach.handlers(function),
        )
