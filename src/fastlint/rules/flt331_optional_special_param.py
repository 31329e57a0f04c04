"""See ``rules/FLT331-optional-special-param.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.serving.connections import offered
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``Request | None`` and its like in a signature that FastAPI fills in."""
    for each in project.inputs:
        kind = offered(each.param, project.machine)
        if kind:
            yield Problem(
                each.param.annotation_span,
                f"`{each.param.name}` is a `{kind}` or something else: FastAPI only knows `{kind}` "
                "on its own, and refuses to start",
                f"annotate it with `{kind}` alone: it is always there",
                each.way(),
                each.handlers,
            )
