"""Parameters for the connection itself: ``Request``, ``WebSocket`` and the rest of their kind.

Followed from fastapi 0.165, ``dependencies/utils.py``: `add_non_field_param_to_dependency` goes by
the bare type alone, and `solve_dependencies` fills in the one that fits the connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following import classes
from fastlint.model.following.signatures import called
from fastlint.model.following.values import NONE, FunctionValue, UnionType
from fastlint.model.reading.type_names import type_name
from fastlint.model.serving.parameters import Param, is_special

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.following.machine import Machine
    from fastlint.model.serving.routing import Route

REQUEST = "starlette.requests.Request"
WEBSOCKET = "starlette.websockets.WebSocket"


def offered(param: Param, machine: Machine) -> str:
    """The name of the special type that a union offers among others; empty where there is none."""
    declared = classes.without_markers(param.declared)
    if param.marker is not None or not isinstance(declared, UnionType):
        return ""
    found = (member for member in declared.members if member != NONE)
    return next((type_name(each) for each in found if is_special(each, machine)), "")


def unfit(param: Param, kind: str) -> str:
    """``Request`` of a WebSocket, ``WebSocket`` of a request: what nothing is filled in for."""
    if param.source != "special" or param.default is not None:
        return ""
    wanted = REQUEST if kind == "websocket" else WEBSOCKET
    fits = kind in ("http", "websocket") and classes.is_subclass(param.type, wanted)
    return wanted.rpartition(".")[2] if fits else ""


def never_awaited(route: Route) -> Function | None:
    """The handler of a WebSocket, if it is a plain function that gives nothing to await."""
    handler = route.handler
    if route.kind != "websocket" or handler is None or route.is_async or handler.is_stub:
        return None
    value = called(route.entry.handler, route.machine)
    is_plain = isinstance(value, FunctionValue) and value.wraps is None
    if not is_plain or not handler.is_only_registered or handler.facts.is_generator:
        return None
    return handler if all(each.value == NONE for each in handler.returns) else None
