"""Routes that stand open in the midst of guarded ones.

What belongs together is judged narrowly: the routes of one router, on one way from the app, about
the same resource. Reading is left aside, and so is what people do before they have logged in.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import Const
from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import words
from fastlint.model.security.sensitive_paths import is_public, sensitive_part
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OWNED = frozenset({"PUT", "PATCH", "DELETE"})


class Gap(msgspec.Struct, frozen=True, eq=False):
    """A route that is open where its neighbours are not."""

    route: Route
    neighbours: tuple[Route, ...]
    """The other routes about the same resource, all of them guarded."""
    guard: str
    """The guard that all of them have: ``module:qualname``."""


def gaps(project: Project) -> Iterator[Gap]:
    """The open routes of a project of which the neighbours say that they should not be open."""
    groups: dict[tuple[object, ...], list[Route]] = {}
    for route in project.reachable_routes:
        if route.app is not None and route.path is not None and route.kind == "http":
            way = tuple(id(step.entry) for step in route.steps)
            key = (id(route.app), way, id(route.router), _resource(route))
            groups.setdefault(key, []).append(route)
    for group in groups.values():
        yield from _gaps(group, project)


def _gaps(group: list[Route], project: Project) -> Iterator[Gap]:
    changing = [
        route
        for route in group
        if _CHANGING.intersection(route.methods)
        # What is open to guests on purpose says nothing of the others.
        and (project.guards.certain(route) or not is_for_guests(route, project))
    ]
    suspects = [route for route in changing if not project.guards.certain(route)]
    if len(suspects) != 1 or not _should_be_guarded(suspects[0], project):
        return
    suspect = suspects[0]
    neighbours = [route for route in changing if route is not suspect]
    reading = [route for route in group if "GET" in route.methods]
    if reading and all(project.guards.certain(route) for route in reading):
        neighbours += reading
    elif not _OWNED.issuperset(set(suspect.methods) & _CHANGING):
        return  # anybody may be welcome to send something in, where anybody may read it
    shared = _shared(neighbours, project)
    if len(neighbours) >= 2 and shared and project.guards.is_open(suspect):  # noqa: PLR2004
        yield Gap(suspect, tuple(neighbours), shared)


def _shared(routes: list[Route], project: Project) -> str:
    """A guard that all of some routes have; empty where there is none."""
    names = [project.guards.certain(route) for route in routes]
    if not names:
        return ""
    return next((name for name in names[0][::-1] if all(name in each for each in names)), "")


def _should_be_guarded(route: Route, project: Project) -> bool:
    """Whether neither its path nor its name says that it is there for people without an account."""
    if is_for_guests(route, project):
        return False
    return not sensitive_part(route.path or "", project.settings)  # of which another rule speaks


def is_for_guests(route: Route, project: Project) -> bool:
    """Whether a route may be meant for people without an account, or is one of a test."""
    if route.path is None or route.handler is None or project.module(route.span.path).is_test:
        return True
    if is_public(route.path, project.settings):
        return True
    said = (*words(route.handler.name), *words(route.path))
    return not _table("guest_words").isdisjoint(said)


def _resource(route: Route) -> str:
    """What a route is about: ``/orders`` of ``/orders/{number}/items`` and of ``/orders/update``.

    Where a router's own paths begin with a name (``/{org}/users``), what follows it tells them
    apart.
    """
    path = route.path or ""
    prefix = as_text(route.router.value.options.get("prefix", Const("")))
    own = f"{prefix or ''}{route.own_path or ''}"
    segments = (path if own.startswith("/{") else path.partition("/{")[0]).split("/")
    return "/".join(
        part
        for part in segments
        if part and not part.startswith("{") and _table("verbs").isdisjoint(words(part))
    )


@cache
def _table(part: str) -> frozenset[str]:
    return frozenset(load_table("security")["paths"][part])
