"""See ``rules/FLT804-override-not-reset.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.lifetimes.kept_overrides import kept_overrides
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Overrides that all later tests run with."""
    for found in kept_overrides(project):
        yield Problem(
            found.span,
            f"the {found.by} `{found.name}` leaves this override behind in `{found.app}`: all "
            "tests that run later have it as well",
            "set it in a fixture, `yield`, and then take it away: "
            f"`{found.app}.dependency_overrides.clear()`",
        )
