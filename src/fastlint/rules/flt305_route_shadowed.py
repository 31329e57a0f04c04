"""See ``rules/FLT305-route-shadowed.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project, _: Project) -> Iterator[Problem]:
    """Routes behind a route with a wider path."""
    for found in project.hidden:
        if found.is_mount or found.is_same_path or found.is_same_handler:
            continue
        yield Problem(
            found.slot.span,
            f"`{found.label}` is never reached: `{found.by.label()}` comes first and answers it",
            "register it before the wider one, or let that one match less, as `{id:int}` does",
            related=found.trail,
            affected=found.affected,
        )
