"""Bodies of requests that middleware reads, so that nothing of them reaches the path operation.

Followed from starlette 1.10, ``middleware/base.py`` (`_CachedRequest`): what middleware has read
with ``body()`` is given again to what comes after it; what it has taken from the stream, as
``form()`` does as well, is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, place, walk
from fastlint.model.answers.middleware_errors import middleware
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_TAKES = {
    "starlette.requests.Request.form": frozenset({"form", "file"}),
    "starlette.requests.Request.stream": frozenset({"form", "file", "body"}),
}
"""What takes a body from the stream, and the parameters that then find nothing."""
_GIVES_BACK = (b"body", b"_receive", b"_body", b"receive")
"""Words of middleware that keeps the body, or hands it on by itself."""


class Taken(msgspec.Struct, frozen=True, eq=False):
    """A call of middleware that takes the body away."""

    site: CallSite
    written: str
    """``request.form()``"""
    function: Function
    route: Route
    """One that asks for what is gone."""


def taken_away(project: Project) -> Iterator[Taken]:
    """The first such call of each middleware, where a route asks for the body."""
    for function, is_plain in middleware(project):
        if is_plain or search.mentions(function.facts, *_GIVES_BACK):
            continue
        for site in function.calls:
            sources = _TAKES.get(dotted(site.callee) or "")
            if sources is None or not _goes_on(site, function):
                continue
            route = _asking(sources, project)
            if route is not None:
                yield Taken(site, f"{last_name(site.node.func)}()", function, route)
                break


def _asking(sources: frozenset[str], project: Project) -> Route | None:
    """A route that asks for the body in one of these ways."""
    for route in project.operations:
        if route.app is None or project.module(route.span.path).is_test:
            continue
        if any(each.source in sources for each in route.all_params):
            return route
    return None


def _goes_on(site: CallSite, function: Function) -> bool:
    """Whether the request is handed on after it, whatever it holds."""
    up = Upwards(function)
    above = up.above(up.call(site.node))
    while above is not None:
        if isinstance(above, tree.If):
            return False  # which requests these are is not known
        above = up.above(above)
    return any(
        isinstance(node, tree.Call)
        and last_name(node.func) == "call_next"
        and place(node) > place(site.node)
        for node in walk(function.statements)
    )
