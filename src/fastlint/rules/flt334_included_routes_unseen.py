"""See ``rules/FLT334-included-routes-unseen.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.project import Project
from fastlint.model.serving.route_lists import blind_loops
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Loops over ``app.routes`` that miss what the app includes."""
    for loop in blind_loops(project):
        yield Problem(
            loop.span,
            f"an included router stands in this list as one entry, which has no "
            f"`{loop.attribute}`: that is an `AttributeError`"
            if loop.attribute
            else "an included router stands in this list as one entry and is passed by, with all "
            "of its routes",
            "loop over `fastapi.routing.iter_route_contexts(app.routes)`",
            severity=None if loop.attribute else Severity.WARNING,
        )
