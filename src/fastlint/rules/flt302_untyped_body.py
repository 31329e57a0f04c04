"""See ``rules/FLT302-untyped-body.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ParamMarker
from fastlint.model.project import Project
from fastlint.model.serving.bodies import (
    is_bare,
    is_judged_by_hand,
    is_left_unread,
    is_sent_on,
    is_untyped,
    is_webhook,
    keys_read,
)
from fastlint.model.serving.parameters import Param, is_body
from fastlint.model.serving.responses import response_model
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_SHOWN = 3


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Bodies of which nothing is declared."""
    if not _WITH_BODY.intersection(route.methods) or project.module(route.span.path).is_test:
        return
    suspects = [
        (function, param)
        for function, _, param in route.signatures
        if is_body(param) and is_untyped(param) and not _is_known(function, param.name)
    ]
    if suspects and response_model(route).in_schema is not False and not is_webhook(route):
        for function, param in suspects:
            yield from _untyped(route, function, param)


def _is_said(param: Param) -> bool:
    """Whether the marker or the type says more than that there is a body."""
    given = param.marker.keywords if isinstance(param.marker, ParamMarker) else {}
    return not is_bare(param) or "description" in given


def _is_known(function: Function, name: str) -> bool:
    """Whether what the body holds is somebody else's business, or seen to by hand."""
    return (
        is_sent_on(function, name)
        or is_judged_by_hand(function, name)
        or is_left_unread(function, name)
    )


def _untyped(route: Route, function: Function, param: Param) -> Iterator[Problem]:
    keys = keys_read(function, param.name)
    if param.marker is not None and param.has_annotation and not keys and _is_said(param):
        return  # `Annotated[dict[str, Any], Body()]` says that anything is welcome
    message = f"`{param.name}` is a body without a model: whatever is sent is taken as it is"
    if keys:
        shown = ", ".join(f"`{key}`" for key in keys[:_SHOWN]) + (", …" if keys[_SHOWN:] else "")
        read = "are read" if keys[1:] else "is read"
        message = f"`{param.name}` is a body without a model, and {shown} {read} from it unchecked"
    yield Problem(
        param.span,
        message,
        "declare a pydantic model with the fields that are expected",
        affected=(route.handler.id,) if route.handler else (),
    )
