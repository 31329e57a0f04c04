"""See ``rules/FLT325-unresolvable-annotation.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.values import NONE, DependsMarker
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.late_names import missing
from fastlint.model.serving.returned import gives_responses
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_CHECKERS = (
    "import it outside `if TYPE_CHECKING:`; ruff leaves it there with "
    "`runtime-evaluated-decorators`"
)
_LOCAL = "move what is named to the module, or write `Depends(…)` as the default"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Annotations that FastAPI evaluates, with names that it does not find."""
    for each in project.inputs:
        if not _is_given(each):
            found = missing(each.param.facts.annotation, each.function, project)
            if found is not None:
                yield _problem(each, *found)
    for route in project.operations:
        yield from _return(route, project)


def _is_given(each: Input) -> bool:
    """Whether the default says everything, so that nobody needs the annotation."""
    param = each.param
    has_depends = isinstance(param.marker, DependsMarker) and param.marker.dependency is not None
    return param.implied or (has_depends and param.marker_in_default)


def _problem(each: Input, name: str, why: str) -> Problem:
    param = each.param
    return Problem(
        param.annotation_span,
        f"`{name}` {why}, and FastAPI cannot look it up: `{param.name}` is taken for a query "
        "parameter, or requests fail with 500",
        _CHECKERS if "checkers" in why else _LOCAL,
        each.way(),
        each.handlers,
    )


def _return(route: Route, project: Project) -> Iterator[Problem]:
    """The return annotation, where it is the response model."""
    handler = route.handler
    if handler is None or handler.facts.returns is None or route.kind != "http":
        return
    if route.option("response_model") is not None or route.has_unknown_options:
        return
    if project.module(route.span.path).is_test:
        return
    found = missing(handler.facts.returns, handler, project)
    fails = "every request fails with 500"
    if gives_responses(handler, project.knowledge):  # which are sent as they are
        fails = "`/openapi.json` fails with 500" if _is_documented(route) else ""
    if found is not None and fails:
        name, why = found
        yield Problem(
            handler.at(handler.facts.returns),
            f"`{name}` {why}, and FastAPI cannot look it up: {fails}",
            _CHECKERS if "checkers" in why else "move what is named to the module",
            affected=(handler.id,),
        )


def _is_documented(route: Route) -> bool:
    off = route.app is not None and route.app.value.options.get("openapi_url") == NONE
    return route.metadata.include_in_schema and not off
