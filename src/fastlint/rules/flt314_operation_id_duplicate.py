"""See ``rules/FLT314-operation-id-duplicate.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.following.functions import Module
from fastlint.model.project import Project
from fastlint.model.serving.operation_ids import documented, documenting, is_one, operation_id
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Operations of one app that are documented under one ID."""
    if _is_changed(project):
        return
    dead = {id(each.slot.entry) for each in project.hidden}
    seen: dict[tuple[int, str], Route] = {}
    told: set[int] = set()
    for route in project.routes:
        if not documented(route) or id(route.entry) in dead:
            continue
        if project.module(route.span.path).is_test or route.is_conditional:
            continue
        name = operation_id(route)
        if name is None:
            continue
        methods = [f"`{method}`" for method in route.methods if method != "HEAD"]
        first = seen.setdefault((id(documenting(route)), name), route)
        if not is_one(route, first):
            yield _shared(route, first, name)
        elif len(methods) > 1 and id(route.entry) not in told:
            told.add(id(route.entry))
            yield Problem(
                route.span,
                f"{' and '.join(methods)} of `{route.path}` share the operation ID of the route",
                "write a handler for each method, or leave the route out of the documentation",
                affected=_handler(route),
            )


def _is_changed(project: Project) -> bool:
    """Whether the project gives its operations other IDs afterwards."""
    index = project.modules_index
    return any(
        index.mentions(module.path, "operationId")
        or (index.mentions(module.path, "operation_id") and _knows_api_route(module))
        for module in project.modules
        if not module.is_test
    )


def _knows_api_route(module: Module) -> bool:
    return any("APIRoute" in fact.names for fact in module.facts.imports)


def _shared(route: Route, first: Route, name: str) -> Problem:
    return Problem(
        route.span,
        f"`{route.label}` gets the operation ID `{name}`, which `{first.label}` has already",
        "give each operation an ID of its own"
        if route.entry is not first.entry
        else "let FastAPI make the ID: it has the path in it, and so the prefix",
        related=(Related(first.span, f"`{first.label}` has it already"),),
        affected=_handler(route),
    )


def _handler(route: Route) -> tuple[str, ...]:
    return () if route.handler is None else (route.handler.id,)
