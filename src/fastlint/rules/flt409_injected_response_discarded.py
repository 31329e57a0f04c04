"""FLT409 injected-response-discarded."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Problem, Related
from fastlint.model.answers.discarded import discarded
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """What is set on a response that is never sent."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    seen: set[tuple[str, int, int]] = set()
    for found in discarded(route, project):
        key = (found.function.path, found.node.line, found.node.column)
        if key in seen:
            continue
        seen.add(key)
        is_raise = isinstance(found.by, tree.Raise)
        then = (
            f"the exception that is raised in line {found.by.line} gets an answer of its own"
            if is_raise
            else f"line {found.by.line} returns another response"
        )
        instead = (
            "give the exception `headers=`"
            if is_raise
            else "set it on the response that is returned, or return the content alone"
        )
        yield Problem(
            found.function.at(found.node),
            f"the {found.what} that is set here is lost: {then}",
            instead,
            related=(Related(found.function.at(found.by), "sends something else"),),
            affected=(handler.id,),
        )
