"""See ``rules/FLT336-route-without-tags.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.values import NONE
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Operations that the documentation has under "default"."""
    if route.kind != "http" or route.app is None or project.module(route.span.path).is_test:
        return
    if route.app.value.options.get("openapi_url") == NONE:
        return  # there is no documentation
    known = route.metadata
    is_shown = known.include_in_schema and "include_in_schema" not in known.unknown
    if is_shown and not known.tags and "tags" not in known.unknown:
        yield Problem(
            route.span,
            f"`{route.label}` has no tag: the documentation lists it under `default`",
            "give its router `tags=[...]`, which all of its routes then have",
            affected=() if route.handler is None else (route.handler.id,),
        )
