"""JSON texts that are handed to what makes JSON of them once more.

Followed from fastapi 0.165, ``routing.py`` (what a path operation returns is encoded, a text as
well), and starlette 1.10: `JSONResponse.render` and `WebSocket.send_json` are ``json.dumps``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name
from fastlint.model.answers.json_content import content
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value
from fastlint.model.serving.responses import may_be_replaced, response_model

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_JSON_RESPONSE = External("starlette.responses.JSONResponse")
_MAKES_JSON = {
    "json.dumps()": "json.dumps",
    "pydantic.BaseModel.model_dump_json()": "model_dump_json",
    "pydantic.BaseModel.json()": "json",
}
"""What gives a JSON text, as the model calls what it gives, and as a reader does."""
_WORDS = (b"dumps", b"model_dump_json", b"json")
_PYDANTICS_OWN = "model_dump_json"


class EncodedTwice(msgspec.Struct, frozen=True, eq=False):
    """A text that is JSON already, and becomes a JSON string."""

    function: Function
    node: tree.Node
    made_by: str
    """``json.dumps`` or its like."""
    again_by: str
    """``send_json``, ``JSONResponse``, or empty where it is returned."""


def encoded_twice(project: Project) -> Iterator[EncodedTwice]:
    """Every such text that what runs for requests sends as JSON."""
    seen: set[tuple[str, int]] = set()
    for reached in project.reach.reached:
        function = reached.function
        key = (function.path, function.facts.index)
        if key not in seen and search.mentions(function.facts, b"send_json", b"JSONResponse"):
            yield from _given(function)
        seen.add(key)
    for route in project.operations:
        yield from _returned(route, project)


def _given(function: Function) -> Iterator[EncodedTwice]:
    for site in function.calls:
        if site.callee == _JSON_RESPONSE:
            given, node = content(site)
            again_by = "JSONResponse"
        elif _is_send_json(site):
            given, node, again_by = site.args[0], site.node.args[0], "send_json"
        else:
            continue
        made_by = _maker(given) or _maker_by_name(node, function)
        if node is not None and made_by:
            yield EncodedTwice(function, node, made_by, again_by)


def _is_send_json(site: CallSite) -> bool:
    """Whether it is a library's: a function of the project may send the text as it is."""
    is_own = isinstance(site.callee, FunctionValue | ClassValue)
    is_method = isinstance(site.node.func, tree.Attribute)
    return bool(site.args) and is_method and last_name(site.node.func) == "send_json" and not is_own


def _returned(route: Route, project: Project) -> Iterator[EncodedTwice]:
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return
    if not search.mentions(handler.facts, *_WORDS):
        return
    found = [(each.node, _maker(each.value)) for each in handler.returns]
    if not any(made_by for _, made_by in found):
        return
    answer = response_model(route)
    is_free = answer.declared is None and answer.source != "annotation"
    is_plain = answer.response_class is None or isinstance(answer.response_class, External)
    if not (is_free and is_plain and answer.is_json and answer.has_body):
        return
    if not may_be_replaced(route.entry.handler, project.machine):
        yield from (EncodedTwice(handler, node, made_by, "") for node, made_by in found if made_by)


def _maker(value: Value | None) -> str:
    """What has made a JSON text of it; empty where that is not known."""
    cls = value.cls if isinstance(value, Instance) else None
    return _MAKES_JSON.get(cls.name, "") if isinstance(cls, External) else ""


def _maker_by_name(node: tree.Expr | None, function: Function) -> str:
    """``event.model_dump_json()`` of whatever it is: no other library calls a method so."""
    if not isinstance(node, tree.Call) or not isinstance(node.func, tree.Attribute):
        return ""
    site = function.call_at(node)
    is_own = site is None or isinstance(site.callee, FunctionValue | ClassValue)
    return _PYDANTICS_OWN if node.func.attr == _PYDANTICS_OWN and not is_own else ""
