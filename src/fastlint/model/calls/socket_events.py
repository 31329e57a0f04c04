"""What an asynchronous server of Socket.IO runs for its clients' events, next to the app.

It calls a ``def`` handler on the event loop as well (socketio/async_server.py `_trigger_event`,
socketio/async_namespace.py `trigger_event`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import classes
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SERVED = (b"ASGIApp", b"SocketManager")
"""One of these stands where such a server is put next to an app."""
_MADE = (b"AsyncServer", b"SocketManager")
_WORDS = (b"AsyncNamespace", b"event", b"on")
_SERVERS = ("fastapi_socketio.SocketManager", "socketio.AsyncServer")
_NAMESPACE = "socketio.AsyncNamespace"
_HANDLERS = frozenset(f"{server}.{name}" for server in _SERVERS for name in ("event", "on"))
_CALLED = frozenset(f"{name}()" for name in _HANDLERS)


def socket_events(project: Project) -> Iterator[FunctionValue]:
    """The handlers that modules register, and the methods of namespaces."""
    modules = project.modules_index
    if not any(modules.naming(*_SERVED)) or not any(modules.naming(*_MADE)):
        return
    for path in modules.naming(*_WORDS):
        for value in list(project.machine.run_module(path).namespace.values()):
            if isinstance(value, FunctionValue) and value.path == path:
                if any(map(_registers, value.decorators)):
                    yield value.original
            elif isinstance(value, ClassValue) and value.path == path:
                yield from _of_namespace(value)


def _registers(decorator: Value) -> bool:
    """``@sio.event``, ``@sio.on("message")``"""
    if isinstance(decorator, Member):
        return decorator.dotted in _HANDLERS
    cls = decorator.cls if isinstance(decorator, Instance) else None
    return isinstance(cls, External) and cls.name in _CALLED


def _of_namespace(cls: ClassValue) -> Iterator[FunctionValue]:
    if not classes.is_subclass(cls, _NAMESPACE):
        return
    for base in cls.own:
        for name in base.namespace.namespace:
            method = classes.method(cls, name) if name.startswith("on_") else None
            if method is not None:
                yield replace(method, bound=Instance(cls))
