"""WebSockets whose handler does not expect that the client leaves.

Followed from starlette 1.10, ``websockets.py`` (`receive_text` and its like raise
``WebSocketDisconnect`` when the client is gone), and uvicorn 0.54: what leaves the handler is
logged with its traceback.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.reading.upwards import Upwards
from fastlint.model.serving.connections import WEBSOCKET
from fastlint.model.serving.routing import Route, attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

_RECEIVES = frozenset({"receive_text", "receive_bytes", "receive_json"})
_LEFT = b"WebSocketDisconnect"
_OTHERS = frozenset({"JSONDecodeError", "ValidationError"})
"""Exceptions that have nothing to do with it, besides those of Python itself."""
_ALL = frozenset({"Exception", "BaseException"})


class Unexpected(msgspec.Struct, frozen=True, eq=False):
    """A loop that ends only when the client leaves, and then with an exception."""

    receive: tree.Call
    function: Function
    method: str
    """``receive_text`` or its like."""


def unexpected(route: Route, project: Project) -> Iterator[Unexpected]:
    """The first such loop of a WebSocket's handler, if there is one."""
    handler = route.handler
    if route.kind != "websocket" or handler is None or not handler.is_only_registered:
        return
    if not search.mentions(handler.facts, *(each.encode() for each in _RECEIVES)):
        return
    sockets = {
        p.name for p in route.params if classes.derives(p.type, WEBSOCKET, project.knowledge)
    }
    up = Upwards(handler)
    for node in up.nodes:
        match node:
            case tree.Call(func=tree.Attribute(value=tree.Name(id=name), attr=method)):
                if name in sockets and method in _RECEIVES and _is_unexpected(node, up):
                    if not _is_handled_elsewhere(project):
                        yield Unexpected(node, handler, method)
                    return


def _is_unexpected(call: tree.Call, up: Upwards) -> bool:
    """Whether it is asked for again and again, and nothing around it takes the exception."""
    repeats = False
    inner: tree.Node = call
    above = up.above(call)
    while above is not None:
        match above:
            case tree.While(test=test):
                repeats = repeats or inner is not test
            case tree.Try(body=body, handlers=handlers):
                if any(inner is each for each in body) and _takes_it(handlers):
                    return False
            case tree.With(items=items):
                if any(last_name(_called(each.context)) == "suppress" for each in items):
                    return False
        inner, above = above, up.above(above)
    return repeats


def _called(node: tree.Expr) -> tree.Expr:
    return node.func if isinstance(node, tree.Call) else node


def _takes_it(handlers: Sequence[tree.Handler]) -> bool:
    """Whether one of them may take a ``WebSocketDisconnect``: what is not known may be one."""
    for each in handlers:
        caught = each.caught
        for one in caught.items if isinstance(caught, tree.Sequence) else [caught]:
            name = last_name(one)
            if name in _ALL or not (hasattr(builtins, name) or name in _OTHERS):
                return True
    return False


def _is_handled_elsewhere(project: Project) -> bool:
    """Whether an exception handler of an app may be the one for it."""
    index = project.modules_index
    return any(
        item.kind == "exception_handler" and index.mentions(value.path, _LEFT)
        for value, item in attached(project.machine.routers)
    )
