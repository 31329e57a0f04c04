"""See ``rules/FLT219-log-sensitive-data.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.logged import logged
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Passwords, keys and tokens in the log."""
    for each in logged(project):
        yield Problem(
            each.span,
            f"{each.what} is written to the log: whoever may read the log has it",
            "leave it out, or write something that stands for it: who, not with what",
            affected=project.reach.handlers(each.function),
        )
