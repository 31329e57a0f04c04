"""See ``rules/FLT332-wrong-connection-type.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.serving.connections import unfit
from fastlint.model.serving.inputs import way
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_IS = {"http": "a path operation", "websocket": "a WebSocket"}


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """A ``Request`` for a WebSocket, and a ``WebSocket`` for a request."""
    if project.module(route.span.path).is_test:
        return
    for function, dependency, param in route.signatures:
        kind = unfit(param, route.kind)
        if kind:
            yield Problem(
                param.span,
                f"{_IS[route.kind]} has no `{kind}` to give to `{function.name}`: whoever asks for "
                f"`{route.label}` gets a `TypeError`",
                "ask for `HTTPConnection`, which is there for both"
                if dependency
                else f"ask for `{'WebSocket' if kind == 'Request' else 'Request'}`",
                way(route, dependency),
                () if route.handler is None else (route.handler.id,),
            )
