"""How much of a project was understood: the one count that every report gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import CUT_SHORT, Coverage
from fastlint.model.following.entrypoints import lost
from fastlint.model.following.functions import is_test
from fastlint.model.following.language import generators
from fastlint.model.following.values import Unknown
from fastlint.model.serving.own_routes import own_routes
from fastlint.model.serving.routing import Route, Served, outermost

if TYPE_CHECKING:
    from fastlint.model.project import Project

_COUNTED = ("tags", "status_code", "include_in_schema", "deprecated")
"""The metadata without which a route is not understood."""
NO_APP = "no app is known to include it"


def coverage(project: Project) -> Coverage:
    """What was read, what was found in it, and what could not be resolved.

    What only the tests of the project make is counted apart.
    """
    own = [each for each in project.routes if not is_of_tests(each)]
    routers = [each for each in project.routers if not is_test(each.span.path)]
    apps = sum(each.is_app for each in routers)
    return Coverage(
        files=len(project.modules_index.paths),
        apps=apps,
        routers=len(routers) - apps,
        routes=len(own),
        unknown_routes=sum(bool(gaps(each)) for each in own),
        unknown=tuple(dict.fromkeys(_unknown(project, own))),
        mounts=sum(not is_of_tests(each) for each in project.mounts),
        test_routes=len(project.routes) - len(own),
        lost_entry_points=tuple(lost(project.machine, project.settings.entrypoint)),
    )


def is_of_tests(served: Served) -> bool:
    """Whether the tests made a route, its handler, its router or its app."""
    handler = served.handler if isinstance(served, Route) else None
    paths = (served.entry.span.path, outermost(served).span.path)
    return any(map(is_test, paths if handler is None else (*paths, handler.path)))


def gaps(route: Route) -> tuple[str, ...]:
    """What of a route could not be resolved, one sentence each."""
    known = route.metadata
    found = [*route.unknown, *(known.unknown[each] for each in _COUNTED if each in known.unknown)]
    model = known.response_model.declared
    if isinstance(model, Unknown):
        found.append(
            f"the response model is not known{f': {model.reason}' if model.reason else ''}"
        )
    if route.app is None:
        found.append(NO_APP)
    return tuple(dict.fromkeys(found))


def _unknown(project: Project, own: list[Route]) -> Iterator[str]:
    for route in own:
        for reason in gaps(route):
            yield f"{route.span.path}:{route.span.line}: {route.label}: {reason}"
    yield from project.linker.unknown
    yield from generators.unfollowed(project.machine)
    yield from own_routes(project)
    if project.machine.budget.is_cut_short:
        yield CUT_SHORT
