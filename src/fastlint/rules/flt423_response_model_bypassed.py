"""See ``rules/FLT423-response-model-bypassed.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.bypassed import bypassed
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``return JSONResponse(…)`` where there is a ``response_model=``."""
    handler = route.handler
    if handler is not None and not project.module(handler.path).is_test:
        for each in bypassed(route, project):
            yield Problem(
                handler.at(each.node),
                f"this response is sent as it is: `{each.model}` neither checks nor filters what "
                "is in it, though the documentation says so",
                "return the content itself; a status code or headers can be set on an injected "
                "`response: Response`",
                affected=(handler.id,),
            )
