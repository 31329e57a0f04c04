"""A dependency without its ``Depends``: it is never called."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.values import IncludeEntry, Value
from fastlint.model.project import Project
from fastlint.model.serving.asking import asked
from fastlint.model.serving.forgotten import Forgotten, in_depends, in_list, in_parameter
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """What stands where a ``Depends`` should, at every level of a route."""
    if project.module(route.span.path).is_test:
        return
    for found in _found(route, project):
        yield Problem(
            found.span,
            found.what,
            found.instead,
            affected=(route.handler.id,) if route.handler else (),
            data=(found.verb, found.place, found.items, found.breaks),
            fixable=bool(found.verb) and (found.verb == "items" or found.place is not None),
        )


def _found(route: Route, project: Project) -> Iterator[Forgotten]:
    if route.app is not None:
        yield from in_list(_of(route.app.value.options), route.app.span, project)
    for step in route.steps:
        if isinstance(step.entry, IncludeEntry):
            yield from in_list(_of(step.entry.options), step.span, project)
        yield from in_list(_of(step.router.value.options), step.router.span, project)
    yield from in_list(_of(route.router.value.options), route.router.span, project)
    yield from in_list(_of(route.entry.options), route.span, project)
    for each in asked(route):
        yield from in_depends(each.dependency.callable, each.dependency.marker)
    for function, _, param in route.signatures:
        yield from in_parameter(function, param, project)


def _of(options: dict[str, Value]) -> Value | None:
    return options.get("dependencies")


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``= get_user`` -> ``= Depends(get_user)``; ``Depends(f())`` -> ``Depends(f)``"""
    verb, place, items, breaks = problem.data
    if verb == "items":
        changed = edits.depend_on_items(syntax, problem.span, "dependencies", items)
    elif verb == "uncall":
        changed = edits.uncall_argument(syntax, place)
    else:
        changed = edits.wrap_in_depends(syntax, place)
    title = "Hand it over uncalled" if verb == "uncall" else "Depend on it"
    return edits.offer(title, changed, safe=breaks)
