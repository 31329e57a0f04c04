"""A session that a handler or dependency opens and that nobody is certain to close."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.reach import Served
from fastlint.model.calls.sessions import opens
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import FunctionValue
from fastlint.model.lifetimes.fates import Body, Fate, opened_by
from fastlint.model.project import Project
from fastlint.rule import check

_IN_HANDLER = (
    "take it from a dependency that yields it inside `with`, so that it is closed in any case; "
    "or open it with `with` here"
)
_IN_DEPENDENCY = "`yield` it inside `with`: FastAPI then closes it when the request is done"
_LEFT = "this {what} is never closed: its connection is lost to others until Python collects it"
_EXPOSED = "this {what} stays open when anything raises before it is closed"
_RETURNED = "`{name}` returns a {what} that nobody closes when the request is done"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Sessions and connections opened by what FastAPI calls, and left open."""
    for served in project.reach.served:
        function = served.function
        if served.kind not in ("handler", "dependency") or project.module(function.path).is_test:
            continue
        body: Body | None = None
        for site in function.calls:
            what = _opened(site, project)
            if what is None or what == "cursor" or _is_cached(served):
                continue
            body = body or Body(function)
            problem = _problem(served, site, body.fate(site), what)
            if problem is not None:
                yield problem


def _opened(site: CallSite, project: Project) -> str | None:
    """The kind of what a call opens, itself or in the function that it calls."""
    if isinstance(site.callee, FunctionValue):
        return opened_by(project.function(site.callee), project.knowledge)
    return opens(site, project.knowledge)


def _problem(served: Served, site: CallSite, fate: Fate, what: str) -> Problem | None:
    function, in_handler = served.function, served.kind == "handler"
    if fate is Fate.RETURNED and not in_handler:
        if any(Body(receiver).closes(name) for receiver, name in served.receivers()):
            return None
        message = _RETURNED.format(name=function.name, what=what)
    elif fate in (Fate.LEFT, Fate.RETURNED):
        message = _LEFT.format(what=what)
    elif fate is Fate.EXPOSED and not function.facts.is_generator:
        message = _EXPOSED.format(what=what)
    else:
        return None
    handlers = {route.handler.id for route in served.routes if route.handler}
    return Problem(
        site.span,
        message,
        help=_IN_HANDLER if in_handler else _IN_DEPENDENCY,
        affected=tuple(sorted(handlers)),
    )


def _is_cached(served: Served) -> bool:
    """Whether the function is called once for all requests: what it opens is shared, not lost."""
    value = served.function.value
    names = [getattr(by, "name", "") for by in value.decorators] if value is not None else []
    return any("cache" in name for name in names)
