"""Bodies of requests that are read a second time, when nothing is left of them.

FastAPI reads a form from the stream (fastapi/routing.py `get_request_handler`); the stream is over
then, and only ``form()`` knows what was in it (starlette/requests.py `Request.stream`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import dotted
from fastlint.model.reading import catching
from fastlint.model.reading.enclosing import is_under_test_of

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.dependencies import Dependency
    from fastlint.model.serving.routing import Route

_READS = {f"starlette.requests.Request.{name}": f"{name}()" for name in ("body", "json", "stream")}
_CONTENT_TYPE = re.compile(r"content.?type|media.?type|application/|multipart/", re.IGNORECASE)
_ERROR = ("builtins.RuntimeError",)
"""What a stream that is over raises (starlette/requests.py `Request.stream`)."""
_WORDS = search.Words(map(search.spelled, ("body", "json", "stream")))


class Again(msgspec.Struct, frozen=True, eq=False):
    """A call that finds nothing left."""

    site: CallSite
    written: str
    form: Span
    """The parameter that has the form read."""
    route: Route
    dependency: Dependency | None
    """What reads it; None for the handler."""


def read_again(project: Project) -> Iterator[Again]:
    """Where a route reads a form, and a function of it the body as well."""
    for route in project.operations:
        forms = [each for each in route.all_params if each.source in ("form", "file")]
        if not forms or project.module(route.span.path).is_test:
            continue
        for function, dependency in _functions(route):
            if search.matches(function.facts, _WORDS):
                for site in function.calls:
                    written = _READS.get(dotted(site.callee) or "")
                    if (
                        written
                        and not is_under_test_of(_CONTENT_TYPE, site.node, function.nodes)
                        and not _is_taken(site, function, project)
                    ):
                        yield Again(site, written, forms[0].span, route, dependency)


def _is_taken(site: CallSite, function: Function, project: Project) -> bool:
    """Whether an ``except`` takes the error of a body that is read already, and goes on."""
    takers = catching.takers(site.node, function, _ERROR, project.machine)
    return any(not catching.goes_on(each) for each in takers)


def _functions(route: Route) -> Iterator[tuple[Function, Dependency | None]]:
    if route.handler is not None:
        yield route.handler, None
    for dependency in route.all_dependencies:
        if dependency.function is not None:
            yield dependency.function, dependency
