"""Bodies that are returned together with a status code, as Flask has it."""

from __future__ import annotations

import http
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.model.following.values import NONE, Const, External, Instance, Items, Value
from fastlint.model.serving.responses import may_be_replaced, response_model

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_CODES = frozenset(map(int, http.HTTPStatus))
_FIRST = 200
_LENGTHS = (2, 3)
_ANYTHING = External("typing.Any")


class StatusTuple(msgspec.Struct, frozen=True, eq=False):
    """``return body, 404``"""

    node: tree.Sequence
    status: int
    is_refused: bool
    """Whether a response model is declared, which a list does not fit."""


def status_tuples(route: Route, project: Project) -> Iterator[StatusTuple]:
    """The tuples that a path operation returns in the belief that they say its status."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return
    displays = [
        (node.value, each.value)
        for each in handler.returns
        if isinstance(node := each.node, tree.Return) and _is_tuple(node.value)
    ]
    if not displays or may_be_replaced(route.entry.handler, project.machine):
        return
    answer = response_model(route)
    declared = answer.declared
    is_schema = declared is not None and project.schema(declared) is not None
    if answer.is_json is not True or not (declared in (None, _ANYTHING) or is_schema):
        return
    for display, value in displays:
        items = value.items if isinstance(value, Items) else []
        is_pair = bool(items) and isinstance(items[0], Const) and isinstance(items[0].value, int)
        code = _code(items[1]) if len(items) in _LENGTHS and not is_pair else None
        if isinstance(display, tree.Sequence) and code is not None:
            yield StatusTuple(display, code, is_schema)


def _is_tuple(node: tree.Expr | None) -> bool:
    if not isinstance(node, tree.Sequence) or node.kind != "tuple":
        return False
    return len(node.items) in _LENGTHS and not any(isinstance(i, tree.Starred) for i in node.items)


def _code(value: Value) -> int | None:
    if isinstance(value, Instance):  # a member of an enumeration
        value = value.attributes.get("value", NONE)
    code = value.value if isinstance(value, Const) else None
    if isinstance(code, int) and not isinstance(code, bool) and code >= _FIRST:
        return code if code in _CODES else None
    return None
