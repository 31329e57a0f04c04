"""See ``rules/FLT429-http-exception-after-accept.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.answers.after_accept import raised_after_accept
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``await websocket.accept()``, and then ``raise HTTPException(...)``"""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for raised in raised_after_accept(route, project):
        yield Problem(
            handler.at(raised.node),
            f"{raised.said} when the WebSocket has been accepted: there is no status to send any "
            "more, and the client is not told why the connection ends",
            "raise `WebSocketException` with a code such as 1008, or send a message and close",
            related=raised.trail,
            affected=(handler.id,),
            # What is called may raise for other callers only.
            severity=None if raised.through is None else Severity.WARNING,
        )
