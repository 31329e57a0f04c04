"""Answers of 4xx and 5xx that the documentation of a route does not mention."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import responses
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.answers.escaping import fates
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.values import NONE, Const

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_ALWAYS = "422"
"""What FastAPI documents by itself, for every route that asks for anything."""


class Undocumented(msgspec.Struct, frozen=True, eq=False):
    """A ``raise HTTPException`` whose status is nowhere in ``responses=``."""

    span: Span
    status: int
    says: str
    """Its text, where all that the handler raises with this status say the same; else what HTTP
    calls the status."""
    handler: Function


def undocumented(route: Route, project: Project) -> Iterator[Undocumented]:
    """The exceptions that a handler itself raises and that nobody documents, one for a status."""
    handler = route.handler
    words = tuple(name.encode() for name in sorted(project.exception_names))
    if handler is None or handler.value is None or not search.mentions(handler.facts, *words):
        return
    metadata = route.metadata
    said = {*metadata.responses, _ALWAYS}
    if not metadata.include_in_schema or "responses" in metadata.unknown or "default" in said:
        return
    if route.app is not None and route.app.value.options.get("openapi_url") == NONE:
        return  # there is no documentation
    texts: dict[int, set[str]] = {}
    first: dict[int, Span] = {}
    for raised in fates(handler, project).escaping:
        status = _constant(raised.origin, handler, "status_code", 0)
        key = str(status)
        if isinstance(status, int) and not said & {key, f"{key[0]}XX"}:
            text = _constant(raised.origin, handler, "detail", 1)
            texts.setdefault(status, set()).add(text if isinstance(text, str) else "")
            first.setdefault(status, handler.at(raised.origin))
    for status, span in first.items():
        text = texts[status].pop() if len(texts[status]) == 1 else ""
        yield Undocumented(span, status, text or responses.get(status, "Error"), handler)


def _constant(raised: tree.Raise, handler: Function, name: str, place: int) -> object:
    """What an exception is given as ``name``, or at a place; None where it is not known."""
    if not isinstance(raised.exc, tree.Call) or handler.value is None:
        return None
    named = [each.value for each in raised.exc.keywords if each.name == name]
    given = named[0] if named else next(iter(raised.exc.args[place:]), None)
    value = None if given is None else evaluate(given, handler.value.closure)
    return value.value if isinstance(value, Const) else None


def decorator_of(route: Route) -> Span | None:
    """The handler's own decorator; None where the route is registered elsewhere."""
    handler = route.handler
    spans = () if handler is None else map(handler.at, handler.facts.decorators)
    return route.span if route.span in spans else None
