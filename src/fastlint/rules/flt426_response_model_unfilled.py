"""See ``rules/FLT426-response-model-unfilled.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.unfilled import Unfilled, unfilled
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Answers without what their model requires."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in unfilled(route, project):
        yield Problem(
            handler.at(found.node),
            f"{_what(found)}: FastAPI refuses this answer, and the client gets 500",
            _instead(found),
            related=tuple(Related(f.span, f"`{f.name}` is required here") for f in found.lacking),
            affected=(handler.id,),
        )


def _names(found: Unfilled) -> str:
    return ", ".join(f"`{field.name}`" for field in found.lacking)


def _what(found: Unfilled) -> str:
    if not found.lacking:
        return f"`{found.schema.name}` is declared, and None is returned"
    return f"`{found.schema.name}` requires {_names(found)}, which {found.given} does not have"


def _instead(found: Unfilled) -> str:
    if not found.lacking:
        return f"raise an `HTTPException`, or declare `{found.schema.name} | None`"
    return f"return {_names(found)} as well, or give it a default in `{found.schema.name}`"
