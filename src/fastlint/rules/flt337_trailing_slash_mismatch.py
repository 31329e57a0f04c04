"""See ``rules/FLT337-trailing-slash-mismatch.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.slashes import unredirected
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``GET /items/`` beside ``POST /items``."""
    for found in unredirected(project):
        if not project.module(found.slot.span.path).is_test:
            route = found.slot.route
            refused = " and ".join(f"`{each}`" for each in found.refused)
            yield Problem(
                found.slot.span,
                f"`{found.slot.label()}` and `{found.first.label()}` differ by the slash at the "
                f"end: {refused} is answered 405, and not redirected",
                "write both paths with the slash, or both without",
                (Related(found.first.span, f"`{found.first.label()}`"),),
                affected=() if route is None or route.handler is None else (route.handler.id,),
            )
