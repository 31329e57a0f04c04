"""See ``rules/FLT315-annotated-default.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.ordering import arrangement
from fastlint.model.serving.refused_markers import Refused, refused
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Parameters whose marker and default FastAPI does not take together."""
    together: dict[Span, dict[str, Span]] = {}
    problems: list[tuple[Input, Refused]] = []
    for each in project.inputs:
        found = refused(each.param, each.routes[0].path_names, project.machine)
        if found is None:
            continue
        problems.append((each, found))
        if found.movable and each.param.marker is not None:
            markers = together.setdefault(each.function.span, {})
            markers[each.param.name] = each.param.marker.span
    for each, found in problems:
        yield _problem(each, found, together.get(each.function.span, {}), project)


def _problem(each: Input, found: Refused, together: dict[str, Span], project: Project) -> Problem:
    param = each.param
    order = arrangement(each.function, each.siblings, project)
    return Problem(
        param.span,
        f"{found.what}: FastAPI refuses to start",
        found.instead,
        each.way(),
        each.handlers,
        data=(each.function.span, param.name, tuple(together.items()), order),
        fixable=param.name in together,
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``Annotated[str, Query("a")]`` -> ``Annotated[str, Query()] = "a"``."""
    function, name, markers, order = problem.data
    changed = edits.move_defaults_out(syntax, function, name, dict(markers), order=order)
    return edits.offer("Move the default behind `=`", changed, safe=True)
