"""Admin routes that nothing guards, although other routes of the app are guarded."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Span
from fastlint.model.project import Project
from fastlint.model.reading.stages import is_route_for_developers
from fastlint.model.security.levels import levels
from fastlint.model.security.plain_answers import gives_nothing_away
from fastlint.model.security.sensitive_paths import sensitive_part
from fastlint.model.serving.raw_routes import RawRoute, raw_routes
from fastlint.model.serving.routing import Route, Router
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Report sensitive routes where all levels are known and none of them has a guard."""
    for route in project.reachable_routes:
        harmless = route.methods and set(route.methods) <= {"HEAD", "OPTIONS"}
        if route.kind in ("http", "websocket") and not harmless:
            yield from _of_fastapi(route, project)
    for raw in raw_routes(project):
        yield from _of_starlette(raw, project)


def _of_fastapi(route: Route, project: Project) -> Iterator[Problem]:
    if route.app is None or route.path is None or route.handler is None:
        return
    if route.methods == ("GET",) and gives_nothing_away(route.handler):
        return
    part, others = _sensitive(route.path, route.app, route.span, project)
    if part and others and project.guards.is_open(route):
        if is_route_for_developers(route, project):
            return
        yield Problem(
            route.span,
            f"no security dependency found at any level for `{route.label}`",
            f"{others}: give the router, the include or the handler such a "
            f"guard, or list the path under `public-paths` if `{part}` is meant for everybody",
            related=tuple(levels(route, project.guards)),
            affected=(route.handler.id,),
        )


def _of_starlette(raw: RawRoute, project: Project) -> Iterator[Problem]:
    """Handlers of ``add_route``, for which no dependency ever runs."""
    part, others = _sensitive(raw.path, raw.routers[0], raw.span, project)
    if part and others and project.guards.passes_through(raw.routers, raw.handler):
        function = project.function(raw.handler)
        yield Problem(
            raw.span,
            f"nothing guards `{raw.path}`: dependencies do not run for a handler of Starlette",
            f"{others}: make it a path operation with such a guard, or "
            f"list the path under `public-paths` if `{part}` is meant for everybody",
            related=(Related(function.name_span, "the handler's body has no guard"),),
            affected=(function.id,),
        )


def _sensitive(
    path: str, app: Router, span: Span, project: Project
) -> tuple[str | None, str | None]:
    """What makes a path sensitive, and in words what guards other routes of the app."""
    part = None if project.module(span.path).is_test else sensitive_part(path, project.settings)
    if not part:
        return None, None
    if guards := project.guards.elsewhere(app):
        return part, f"other routes depend on `{_bare(guards[0])}`"
    if guards := project.guards.of_other_paths(app):
        return part, f"`{_bare(guards[0])}` guards other paths and lets this one by"
    return part, None


def _bare(name: str) -> str:
    return name.rpartition(":")[2].partition(".<locals>")[0].rpartition(".")[2]
