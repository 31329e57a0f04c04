"""Which applications the known entry points lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.values import Instance, RouterValue, Value
from fastlint.model.serving.routing import Mount, outermost

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DEEPEST = 4
"""How many layers of middleware and the like an app may be wrapped in."""


def entered(project: Project) -> dict[int, tuple[str, ...]]:
    """The entry points by which a server loads each app, by the identity of its value."""
    found: dict[int, tuple[str, ...]] = {}
    for place, (_, app) in project.machine.loaded.items():
        for value in _apps(app, _DEEPEST):
            for each in _told(value, project):
                found[id(each)] = (*found.get(id(each), ()), place)
    return found


def _told(app: RouterValue, project: Project) -> Iterator[RouterValue]:
    """The app itself; where it is told by others that are made in the same place, all of those."""
    told = [each.value for each in project.apps]
    if any(each is app for each in told):
        yield app
    else:
        yield from (each for each in told if each.span == app.span)


def reached(project: Project) -> frozenset[int] | None:
    """The apps that entry points lead to, and what is mounted in them, by identity.

    None where no entry point is known, or not all of them: then nobody knows what else is served.
    """
    places = project.entry_points
    loaded = project.machine.loaded.values()
    if not loaded or not all(any(_apps(app, _DEEPEST)) for _, app in loaded):
        return None
    mounted = {
        id(each.leads_to.value)
        for each in project.served
        if isinstance(each, Mount) and each.leads_to and id(outermost(each).value) in places
    }
    return frozenset(places.keys() | mounted)


def _apps(value: Value, depth: int) -> Iterator[RouterValue]:
    """The app, also from inside what it is wrapped in."""
    if isinstance(value, RouterValue):
        yield value
    elif isinstance(value, Instance) and depth:
        for inner in (*value.args, *value.keywords.values()):
            yield from _apps(inner, depth - 1)
