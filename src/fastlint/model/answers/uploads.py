"""Uploads that are read into memory whole, however large they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import dotted
from fastlint.model.serving.metadata import layers

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_READ = search.spelled("read")
_READS = frozenset({"fastapi.UploadFile.read", "starlette.datastructures.UploadFile.read"})
_LIMIT = "max_body_size"


class Unbounded(msgspec.Struct, frozen=True, eq=False):
    """A ``read()`` of an upload without a size."""

    site: CallSite
    route: Route


def unbounded(project: Project) -> Iterator[Unbounded]:
    """Where a route without a limit reads all of an upload at once."""
    for route in project.operations:
        handler = route.handler
        if handler is None or not search.mentions(handler.facts, _READ):
            continue
        if project.module(handler.path).is_test or _is_limited(route):
            continue
        for site in handler.calls:
            if dotted(site.callee) in _READS and not site.node.args and not site.node.keywords:
                yield Unbounded(site, route)


def _is_limited(route: Route) -> bool:
    return any(layer.get(_LIMIT) is not None for layer in layers(route))
