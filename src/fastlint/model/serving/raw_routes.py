"""Routes of Starlette (``add_route``): served under the app's path, without its dependencies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import (
    Const,
    FunctionValue,
    IncludeEntry,
    MountEntry,
    RouterValue,
    Value,
)
from fastlint.model.serving.routing import Router

if TYPE_CHECKING:
    from fastlint.model.project import Project

_KINDS = frozenset({"add_route", "route"})
_DEEPEST = 12


class RawRoute(msgspec.Struct, frozen=True, eq=False):
    """A handler that FastAPI knows nothing of: it is given the request, and nothing else runs."""

    path: str
    handler: FunctionValue
    span: Span
    routers: tuple[Router, ...]
    """From the app to the router that it is registered on."""


def raw_routes(project: Project) -> Iterator[RawRoute]:
    """The routes of Starlette of every app that no other app mounts, where the path is known."""
    values = project.machine.routers
    mounted = {
        id(entry.target)
        for value in values
        for entry in value.entries
        if isinstance(entry, MountEntry)
    }
    for value in values:
        if value.is_app and not value.phantom and id(value) not in mounted:
            yield from _below(value, "", (), project)


def _below(
    value: RouterValue, prefix: str, above: tuple[Router, ...], project: Project
) -> Iterator[RawRoute]:
    router = project.linker.router(value)
    own = "" if value.is_app else _text(value.options.get("prefix", Const("")))
    if own is None or value.phantom or value.open or router in above or len(above) > _DEEPEST:
        return
    routers = (*above, router)
    written = {item.span: item.function for item in value.attached if item.kind == "raw"}
    for entry in value.entries:
        if isinstance(entry, IncludeEntry):
            given, child = _text(entry.options.get("prefix", Const(""))), entry.child
            inner = None if given is None else own + given
        elif isinstance(entry, MountEntry):
            inner, child = _text(entry.path), entry.target  # the router's own prefix stays out
            handler = written.get(entry.span, entry.target)
            if entry.kind in _KINDS and inner is not None and isinstance(handler, FunctionValue):
                yield RawRoute(prefix + inner, handler, entry.span, routers)
        else:
            continue
        if inner is not None and isinstance(child, RouterValue):
            yield from _below(child, prefix + inner, routers, project)


def _text(value: Value) -> str | None:
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None
