"""Answers that have a body although their status code does not allow one.

Followed from fastapi 0.165: ``utils.is_body_allowed_for_status_code``, and ``routing.py``, which
refuses a model on import and empties the body of everything else when the request is answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.frames import Returned
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    Const,
    External,
    Instance,
    Mapping,
    Unknown,
    Value,
)
from fastlint.model.serving.metadata import declared_model
from fastlint.model.serving.responses import may_be_replaced
from fastlint.model.serving.returned import RESPONSE, is_content

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_NO_BODY = (204, 205, 304)
_FIRST_WITH_BODY = 200
_OF_CLIENTS = frozenset({"httpx.Response", "requests.Response", "requests.models.Response"})
_NO_VALUE = (tree.Call, tree.Await, tree.Yield, tree.Walrus)
"""What does something besides giving a value."""


class Bodied(msgspec.Struct, frozen=True):
    """Something that gives a body to an answer that has none."""

    kind: str
    """``option`` (``response_model=``), ``annotation``, ``responses``, ``return``, ``foreign`` (the
    response of a client, such as httpx's) or ``response`` (a ready one that is given content)"""
    span: Span
    status: int
    is_plain: bool = True
    """Whether nothing is lost but a value where it is left out."""


def allows_body(status: int) -> bool:
    """Whether an answer with that status code may have a body."""
    return status >= _FIRST_WITH_BODY and status not in _NO_BODY


def bodied(route: Route, project: Project) -> Iterator[Bodied]:
    """Everything about a path operation that gives a body to an answer without one."""
    handler = route.handler
    if route.kind != "http" or handler is None:
        return
    yield from _described(route)
    status = route.metadata.status_code
    if status is not None and not allows_body(status):
        model = declared_model(route)
        if model.declared is not None and not isinstance(model.declared, Unknown):
            yield _modelled(route, handler, model.source, status)
        elif model.declared is not None:
            return
        if may_be_replaced(route.entry.handler, project.machine):
            return
        if not handler.facts.is_generator:
            for each in handler.returns:
                if isinstance(each.node, tree.Return) and is_content(each) and not _is_empty(each):
                    plain = not any(isinstance(n, _NO_VALUE) for n in walk([each.node]))
                    kind = "foreign" if _is_of_a_client(each.value) else "return"
                    yield Bodied(kind, handler.at(each.node), status, plain)
    if search.mentions(handler.facts, b"Response"):
        yield from _ready(handler, project)


def _is_empty(returned: Returned) -> bool:
    """``return {}``, of which the client misses nothing."""
    match returned.node:
        case tree.Return(value=tree.DictDisplay(values=[]) | tree.Sequence(items=[])):
            return True
    return False


def _is_of_a_client(value: Value) -> bool:
    """Whether it is what a client gets, which FastAPI takes for content."""
    cls = value.cls if isinstance(value, Instance) else None
    return isinstance(cls, External) and cls.name.removesuffix("()") in _OF_CLIENTS


def _described(route: Route) -> Iterator[Bodied]:
    """``responses={204: {"model": …}}``, which FastAPI refuses."""
    given = route.option("responses")
    if isinstance(given, Mapping):
        for key, answer in given.items.items():
            if key.isdigit() and not allows_body(int(key)) and _has_model(answer):
                yield Bodied("responses", route.span, int(key))
        for other, answer in given.others:
            code = other.value if isinstance(other, Const) else None
            if isinstance(code, int) and not allows_body(code) and _has_model(answer):
                yield Bodied("responses", route.span, code)


def _has_model(answer: Value) -> bool:
    model = answer.items.get("model") if isinstance(answer, Mapping) else None
    return model is not None and not (isinstance(model, Const) and not model.value)


def _modelled(route: Route, handler: Function, source: str | None, status: int) -> Bodied:
    if source == "annotation" and handler.facts.returns is not None:
        return Bodied("annotation", handler.at(handler.facts.returns), status)
    return Bodied("option", route.span, status)


def _ready(handler: Function, project: Project) -> Iterator[Bodied]:
    """``return JSONResponse({…}, status_code=204)``"""
    for returned in handler.returns:
        node = returned.node.value if isinstance(returned.node, tree.Return) else None
        site = handler.call_at(node)
        if site is None or not classes.derives(site.callee, RESPONSE, project.knowledge):
            continue
        given = site.keywords.get("status_code", site.args[1] if len(site.args) > 1 else None)
        status = given.value if isinstance(given, Const) else None
        content = site.keywords.get("content", site.args[0] if site.args else NONE)
        if status in (204, 304) and isinstance(status, int) and content not in _EMPTY:
            content_node = _content(site.node)
            if content_node is not None and is_content(Returned(content_node, content)):
                yield Bodied("response", handler.at(site.node), status, is_plain=False)


_EMPTY = (NONE, Const(""), Const(b""))


def _content(call: tree.Call) -> tree.Expr | None:
    if call.args:
        return call.args[0]
    return next((each.value for each in call.keywords if each.name == "content"), None)
