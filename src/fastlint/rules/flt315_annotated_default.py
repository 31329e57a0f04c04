"""See ``rules/FLT315-annotated-default.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.refused_markers import Refused, refused
from fastlint.rule import check


@check(Project)
def run(project: Project, _: Project) -> Iterator[Problem]:
    """Parameters whose marker and default FastAPI does not take together."""
    for each in project.inputs:
        found = refused(each.param, each.routes[0].path_names, project.machine)
        if found is not None:
            yield _problem(each, found)


def _problem(each: Input, found: Refused) -> Problem:
    param, function = each.param, each.function
    marker = param.marker
    return Problem(
        param.span,
        f"{found.what}: FastAPI refuses to start",
        found.instead,
        each.way(),
        each.handlers,
        data=None if marker is None else (function.span, param.name, marker.span),
        fixable=found.movable,
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``Annotated[str, Query("a")]`` -> ``Annotated[str, Query()] = "a"``."""
    changed = edits.move_default_out(syntax, *problem.data)
    return edits.offer("Move the default behind `=`", changed, safe=True)
