"""The pieces that a route's path is put together from, and where each of them is written.

Followed from fastapi 0.165, ``routing.py``: `_RouterIncludeContext.for_include` puts the including
router's own prefix and that of the include in front; `APIRouter.add_api_route` the router's own.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import NONE, MountEntry
from fastlint.model.serving.joining import text_of
from fastlint.model.serving.matching import PLACEHOLDER
from fastlint.model.serving.routing import Route, since_mount


class Piece(msgspec.Struct, frozen=True):
    """A piece of a path that is not empty."""

    text: str
    kind: str
    """``router`` (its own prefix), ``include`` or ``path`` (of the decorator)"""
    span: Span
    """The router, the include or the registration that it is given to."""
    at: Span
    """Where the piece is put in front of what follows: the include, or the registration."""

    @property
    def segments(self) -> list[str]:
        """The texts between the slashes."""
        return [segment for segment in self.text.split("/") if segment]

    @property
    def names(self) -> list[str]:
        """The names in braces."""
        return [name for name, _ in PLACEHOLDER.findall(self.text)]


def pieces(route: Route) -> tuple[Piece, ...]:
    """From the app inwards, from where it is mounted; empty where one of them is not known."""
    if route.path is None or route.own_path is None:
        return ()
    found = list(_pieces(route))
    together = "".join(piece.text for piece in found)
    return tuple(found) if route.path.endswith(together) else ()


def _pieces(route: Route) -> Iterator[Piece]:
    steps = since_mount(route)
    for step in steps:
        if isinstance(step.entry, MountEntry):
            continue
        if prefix := text_of(step.entry.prefix):
            yield Piece(prefix, "router", step.parent.span, step.span)
        if prefix := text_of(step.entry.options.get("prefix", NONE)):
            yield Piece(prefix, "include", step.span, step.span)
    if prefix := text_of(route.entry.prefix):
        at = steps[-1].span if steps else route.span
        yield Piece(prefix, "router", route.router.span, at)
    if route.own_path:
        yield Piece(route.own_path, "path", route.span, route.span)
