"""Streams that do not stream: generators and server-sent events that FastAPI takes for content.

Followed from fastapi 0.165, ``routing.py``: what a path operation yields is streamed where its
response class is FastAPI's own or ``EventSourceResponse``; a response class has no part in making
events of what is returned. A response that is made by hand writes texts and bytes, and nothing else
(starlette 1.10, ``responses.py``, `StreamingResponse.stream_response`).
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
    from fastlint.model.following.frames import Returned
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_EVENTS = "fastapi.sse.EventSourceResponse"
_EVENT = "fastapi.sse.ServerSentEvent"
_WRITERS = ("fastapi.", "starlette.")
_STREAM = "starlette.responses.StreamingResponse"
_DEFAULT = External("fastapi.responses.JSONResponse"), External("starlette.responses.JSONResponse")


class Misuse(msgspec.Struct, frozen=True, eq=False):
    """A stream that the client never gets."""

    kind: str
    """``no-events`` (an event stream whose ``async def`` returns, and is never awaited), ``json``
    (JSON of a generator), ``object`` (a generator that is returned) or ``no-text`` (a streamed
    generator that yields what no stream can write)"""
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
        if (writer := _writes_no_text(each, handler, project)) is not None:
            yield Misuse("no-text", each.node, writer.name)
        elif is_events and handler.is_async and is_content(each):
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


def _writes_no_text(each: Returned, handler: Function, project: Project) -> Function | None:
    """The generator of a streaming response that yields anything but texts and bytes."""
    made, node = each.value, each.node.value if isinstance(each.node, tree.Return) else None
    if not isinstance(node, tree.Call) or not isinstance(made, Instance):
        return None
    is_own = isinstance(made.cls, External) and made.cls.name.startswith(_WRITERS)
    if not is_own or not classes.derives(made.cls, _STREAM, project.knowledge):
        return None
    named = {keyword.name: keyword.value for keyword in node.keywords}
    site = handler.call_at(node.args[0] if node.args else named.get("content"))
    source = None if site is None or site.awaited else site.callee
    if not isinstance(source, FunctionValue) or source.decorators or source.wraps is not None:
        return None
    generator = project.function(source)
    yields = (node for node in generator.nodes if isinstance(node, tree.Yield))
    is_plain = generator.facts.is_generator and any(
        not each.delegates and _is_no_text(each.value, generator) for each in yields
    )
    return generator if is_plain else None


def _is_no_text(node: tree.Expr | None, function: Function) -> bool:
    if isinstance(node, tree.DictDisplay | tree.Sequence):
        return True
    site = function.call_at(node) if isinstance(node, tree.Call) else None
    return site is not None and site.callee == External(_EVENT)


def _is_stream(made: FunctionValue) -> bool:
    facts = made.facts
    return facts.is_async and facts.is_generator and not made.decorators and made.wraps is None
