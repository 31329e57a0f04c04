"""Answers of 4xx and 5xx that the documentation of a route does not mention."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
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
    handler: Function


def undocumented(route: Route, project: Project) -> Iterator[Undocumented]:
    """The exceptions that a handler itself raises and that nobody documents, one for a status."""
    handler = route.handler
    words = tuple(name.encode() for name in sorted(project.exception_names))
    if handler is None or handler.value is None or not tree.mentions(handler.facts, *words):
        return
    metadata = route.metadata
    said = {*metadata.responses, _ALWAYS}
    if not metadata.include_in_schema or "responses" in metadata.unknown or "default" in said:
        return
    if route.app is not None and route.app.value.options.get("openapi_url") == NONE:
        return  # there is no documentation
    for raised in fates(handler, project).escaping:
        status = _status(raised.origin, handler)
        key = str(status)
        if status is not None and not said & {key, f"{key[0]}XX"}:
            said.add(key)
            yield Undocumented(handler.at(raised.origin), status, handler)


def _status(raised: tree.Raise, handler: Function) -> int | None:
    if not isinstance(raised.exc, tree.Call) or handler.value is None:
        return None
    named = [each.value for each in raised.exc.keywords if each.name == "status_code"]
    given = named[0] if named else raised.exc.args[0] if raised.exc.args else None
    value = None if given is None else evaluate(given, handler.value.closure)
    code = value.value if isinstance(value, Const) else None
    return code if isinstance(code, int) else None
