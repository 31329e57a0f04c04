"""See ``rules/FLT329-path-marker-not-in-path.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.inputs import way
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``Path()`` for what the path of the route does not have."""
    path = route.path
    if path is None or route.app is None or project.module(route.span.path).is_test:
        return
    for _function, dependency, param in route.signatures:
        if param.source != "path" or param.marker is None or param.alias is None:
            continue
        if f"{{{param.alias}" not in path:
            yield Problem(
                param.span,
                f"`Path()` looks for `{param.alias}` in a path that does not have it: every "
                "request is answered with 422",
                f"write `{{{param.alias}}}` into the path, or ask for `Query()`",
                (*way(route, dependency), Related(route.span, f"the path is `{path}`")),
                () if route.handler is None else (route.handler.id,),
            )
