"""See ``rules/FLT338-websocket-no-disconnect.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.departures import unexpected
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``while True: await websocket.receive_text()``"""
    if project.module(route.span.path).is_test:
        return
    for found in unexpected(route, project):
        yield Problem(
            found.function.at(found.receive),
            f"`{found.method}` raises `WebSocketDisconnect` when the client leaves, and nothing "
            "here takes it: each connection ends with a traceback in the log",
            "put `try` and `except WebSocketDisconnect:` around the loop, or loop with "
            "`async for … in websocket.iter_text()`",
            affected=(found.function.id,),
        )
