"""See ``rules/FLT333-sync-websocket-handler.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.serving.connections import never_awaited
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Handlers of WebSockets that are no coroutines."""
    handler = never_awaited(route)
    if handler is not None and not project.module(route.span.path).is_test:
        yield Problem(
            handler.name_span,
            f"`{handler.name}` handles a WebSocket and is no `async def`: FastAPI awaits "
            "what it gives, which is None, and every connection ends with a `TypeError`",
            "write `async def`, and await what the WebSocket does",
            affected=(handler.id,),
        )
