"""FLT419 sse-misuse."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.streams import misuses
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_WHAT = {
    "no-events": "the response class streams events, but this handler returns instead of yielding: "
    "the client gets no event",
    "json": "`{handler}` is a generator, of which `response_class=JSONResponse` makes no stream: "
    "the client gets 500",
    "object": "the generator that `{name}()` gives is returned as content, which it is not: "
    "the client gets 500",
    "no-text": "`{name}` yields objects, and a stream that is made by hand writes only texts and "
    "bytes: it breaks off at the first one",
}
_INSTEAD = {
    "no-events": "`yield` each event",
    "json": "leave out the response class to stream JSON Lines, or return a list",
    "object": "yield from the path operation itself, or return `StreamingResponse(…)`",
    "no-text": "yield from the path operation itself, for events with "
    "`response_class=EventSourceResponse`, or yield texts",
}


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Streams that the client never gets."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in misuses(route, project):
        yield Problem(
            handler.name_span if found.node is None else handler.at(found.node),
            _WHAT[found.kind].format(handler=handler.name, name=found.name),
            _INSTEAD[found.kind],
            affected=(handler.id,),
        )
