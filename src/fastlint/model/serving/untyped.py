"""Parameters without a type of which the body shows that they are no text from a request."""

from __future__ import annotations

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.serving.inputs import Input

_KINDS = {
    "request": "Request", "req": "Request",
    "websocket": "WebSocket", "ws": "WebSocket",
    "response": "Response", "background_tasks": "BackgroundTasks",
}  # fmt: skip
_OF = {
    "Request": {
        "app", "base_url", "body", "client", "cookies", "form", "headers", "is_disconnected",
        "json", "method", "path_params", "query_params", "scope", "session", "state", "stream",
        "url", "url_for",
    },
    "WebSocket": {
        "accept", "app", "client", "close", "headers", "iter_bytes", "iter_json", "iter_text",
        "query_params", "receive", "receive_bytes", "receive_json", "receive_text", "send",
        "send_bytes", "send_json", "send_text", "state",
    },
    "Response": {"background", "delete_cookie", "headers", "set_cookie", "status_code"},
    "BackgroundTasks": {"add_task"},
}  # fmt: skip
"""Attributes of what FastAPI hands over by its type."""
_NOT_FOR = {"Request": "websocket", "WebSocket": "http"}
"""The connections for which FastAPI has none."""


class Untyped(msgspec.Struct, frozen=True):
    """What a parameter without a type is used as."""

    attribute: str
    """Read of it, though texts have no such attribute; empty where nothing is read of it."""
    kind: str
    """The class of FastAPI's that it must be; empty where that is not known, or there is none."""


def untyped(each: Input) -> Untyped | None:
    """What shows that a parameter cannot be what FastAPI reads it as; None if nothing does."""
    param, function = each.param, each.function
    if param.has_annotation or param.default is not None or param.source != "query":
        return None
    if function.facts.is_method and param.facts is function.facts.params[0]:
        return None  # `self`: a method that is registered without its object
    if param.facts not in function.facts.params or param.facts.kind not in (
        "ordinary",
        "keyword-only",
    ):
        return None
    read: list[str] = []
    times = 0
    for node in walk(tree.statements(function.facts)):
        if isinstance(node, tree.FunctionDef | tree.ClassDef | tree.Lambda):
            return None  # which may make something else of the name
        if isinstance(node, tree.Name) and node.id == param.name:
            times += 1
        if isinstance(node, tree.Attribute) and getattr(node.value, "id", "") == param.name:
            read.append(node.attr)
        if _binds(node, param.name):
            return None
    kind = _kind(each)
    attribute = next((name for name in read if not hasattr("", name)), "")
    if attribute:
        fits = bool(kind) and _OF[kind].issuperset(read)
        return Untyped(attribute, kind if fits else "")
    return (
        Untyped("", kind) if kind and not times and param.name in ("request", "websocket") else None
    )


def _kind(each: Input) -> str:
    """The class that the name tells of, if every connection that asks for it has one to give."""
    kind = _KINDS.get(each.param.name, "")
    return "" if any(route.kind == _NOT_FOR.get(kind) for route in each.routes) else kind


def _binds(node: tree.Node, name: str) -> bool:
    targets: list[tree.Expr] = []
    match node:
        case tree.Assign():
            targets = node.targets
        case tree.AnnAssign() | tree.AugAssign() | tree.For():
            targets = [node.target]
        case tree.Walrus():
            return node.name == name
    return any(isinstance(t, tree.Name) and t.id == name for t in targets)
