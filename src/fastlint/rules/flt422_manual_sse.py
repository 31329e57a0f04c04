"""See ``rules/FLT422-manual-sse.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.streams import by_hand
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """``StreamingResponse(…, media_type="text/event-stream")``"""
    handler = route.handler
    if handler is not None and not project.module(handler.path).is_test:
        for node in by_hand(route, project):
            yield Problem(
                handler.at(node),
                f"`{handler.name}` writes server-sent events by hand, which FastAPI itself can "
                "write, with pings in between",
                "say `response_class=fastapi.sse.EventSourceResponse`, and `yield` what is to be "
                "sent instead of returning a stream",
                affected=(handler.id,),
            )
