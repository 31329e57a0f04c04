"""Streams that do not stream: generators and server-sent events that FastAPI takes for content.

Followed from fastapi 0.165, ``routing.py``: what a path operation yields is streamed where its
response class is FastAPI's own or ``EventSourceResponse``; a response class has no part in making
events of what is returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.values import Const, External, FunctionValue, Instance
from fastlint.model.serving.metadata import declared_model
from fastlint.model.serving.responses import may_be_replaced, response_model
from fastlint.model.serving.returned import is_content

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_EVENTS = "fastapi.sse.EventSourceResponse"
_STREAM = "starlette.responses.StreamingResponse"
_DEFAULT = External("fastapi.responses.JSONResponse"), External("starlette.responses.JSONResponse")


class Misuse(msgspec.Struct, frozen=True, eq=False):
    """A stream that the client never gets."""

    kind: str
    """``no-events`` (an event stream whose ``async def`` returns, and is never awaited), ``json``
    (JSON of a generator) or ``object`` (a generator that is returned)"""
    node: tree.Node | None
    """The ``return``; None for the handler as a whole."""
    name: str = ""


def misuses(route: Route, project: Project) -> Iterator[Misuse]:
    """What is wrong with the way in which a path operation streams."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.is_stub:
        return
    is_generator = handler.facts.is_generator
    given = response_model(route).response_class
    if given is None and is_generator:
        return
    if given is not None and is_generator:
        if given in _DEFAULT and not may_be_replaced(route.entry.handler, project.machine):
            yield Misuse("json", None)
        return
    if may_be_replaced(route.entry.handler, project.machine):
        return
    is_events = given is not None and classes.derives(given, _EVENTS, project.knowledge)
    for each in handler.returns:
        if not isinstance(each.node, tree.Return):
            continue
        if is_events and handler.is_async and is_content(each):
            yield Misuse("no-events", each.node)
        elif given is None and declared_model(route).declared is None:
            site = handler.call_at(each.node.value)
            made = None if site is None or site.awaited else site.callee
            if isinstance(made, FunctionValue) and _is_stream(made):
                yield Misuse("object", each.node, made.facts.name)


def by_hand(route: Route, project: Project) -> Iterator[tree.Node]:
    """The ``return`` statements that answer with a stream of events that FastAPI does not make."""
    handler = route.handler
    if route.kind != "http" or handler is None:
        return
    for each in handler.returns:
        made = each.value
        if isinstance(made, Instance) and isinstance(made.cls, External):
            is_plain = project.knowledge.derives(made.cls.name, _STREAM)
            media = made.keywords.get("media_type")
            text = media.value if isinstance(media, Const) else ""
            is_typed = isinstance(text, str) and text.startswith("text/event-stream")
            if (is_plain and is_typed) or made.cls.name.startswith("sse_starlette."):
                yield each.node


def _is_stream(made: FunctionValue) -> bool:
    facts = made.facts
    return facts.is_async and facts.is_generator and not made.decorators and made.wraps is None
