"""FLT418 input-model-echoed."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.echoed import echoes
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Bodies with a password that are sent back."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in echoes(route, project):
        yield Problem(
            handler.at(found.node),
            f"`{found.param.name}` is sent back as it came, and `{found.schema}.{found.secret}` "
            "with it",
            f"declare a response model without `{found.secret}`: FastAPI then leaves it out",
            related=(Related(found.param.span, "this is what the client sent"),),
            affected=(handler.id,),
        )
