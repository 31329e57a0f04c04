"""Routes of Starlette (``add_route``): served under the app's path, without its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import FunctionValue
from fastlint.model.serving.routing import Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_KINDS = frozenset({"add_route", "route"})


class RawRoute(msgspec.Struct, frozen=True, eq=False):
    """A handler that FastAPI knows nothing of: it is given the request, and nothing else runs."""

    path: str
    handler: FunctionValue
    span: Span
    routers: tuple[Router, ...]
    """From the app to the router that it is registered on."""


def raw_routes(project: Project) -> Iterator[RawRoute]:
    """The routes of Starlette for HTTP of every app, where all of the way to them is known."""
    for each in project.mounts:
        handler = each.entry.target
        is_known = each.app is not None and each.path is not None and not each.unknown
        if each.entry.kind in _KINDS and is_known and isinstance(handler, FunctionValue):
            yield RawRoute(each.path or "", handler, each.entry.span, each.routers)
