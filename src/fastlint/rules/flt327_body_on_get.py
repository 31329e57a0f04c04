"""See ``rules/FLT327-body-on-get.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.parameters import is_body, is_collection
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_BODYLESS = frozenset({"GET", "HEAD"})
_MODELS = (0, 115)
"""From here on `Query()` takes a model."""


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Models and `Body()` in path operations whose requests have no body."""
    for each in project.inputs:
        param = each.param
        if not is_body(param) or (param.marker is None and is_collection(param.type)):
            continue
        found = [r for r in each.routes if r.methods and _BODYLESS.issuperset(r.methods)]
        if found:
            yield _problem(each, found, project)


def _problem(each: Input, found: list[Route], project: Project) -> Problem:
    param, method = each.param, found[0].methods[0]
    takes = project.versions.of("fastapi", param.span.path).at_least(_MODELS)
    return Problem(
        param.span,
        f"`{param.name}` is read from the body of a {method} request, which browsers, caches and "
        "many clients cannot send",
        "read it from the query, `Annotated[…, Query()]`, or take it in a POST"
        if takes
        else "take it in a POST, or its fields one by one from the query",
        each.way(found[0]),
        tuple(route.handler.id for route in found if route.handler),
        Severity.INFO if param.marker is not None else None,
    )
