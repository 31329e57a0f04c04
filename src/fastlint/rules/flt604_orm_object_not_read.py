"""See ``rules/FLT604-orm-object-not-read.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.shapes.unread_objects import unread
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """``Model.model_validate(row)`` without ``from_attributes``."""
    for each in unread(project):
        if not project.module(each.function.path).is_test:
            yield Problem(
                each.span,
                f"`{each.model}` reads dictionaries, and `{each.table}` is an object: pydantic "
                "refuses it, and the client gets 500",
                f"give `{each.model}` `model_config = ConfigDict(from_attributes=True)`, or return "
                "the object and let the return type do it",
                affected=project.reach.handlers(each.function),
            )
