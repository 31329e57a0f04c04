"""One app that the code makes several times: a factory with several callers, a server's retry.

It is one application to whoever reads the code. Those that came out alike are told once, and so is
one that a caller only adds to; what a caller's arguments made different stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastlint.model.following.values import (
    Const,
    FunctionValue,
    IncludeEntry,
    Instance,
    MountEntry,
    RouteEntry,
    RouterValue,
    Value,
)

if TYPE_CHECKING:
    from fastlint.findings import Span
    from fastlint.model.following.machine import Machine

_DEEPEST = 12


def told_once(machine: Machine) -> None:
    """Forget the apps that repeat an earlier one, and the routers that only they include."""
    places: defaultdict[Span, list[RouterValue]] = defaultdict(list)
    for router in machine.routers:
        if router.is_app and not router.phantom:
            places[router.span].append(router)
    again = [app for apps in places.values() for app in _contained(apps)]
    if not again:
        return
    dropped = {id(app) for app in again}
    below = {id(router) for app in again for router in _below(app, set())}
    kept = [router for router in machine.routers if id(router) not in dropped | below]
    needed = {id(each) for router in kept for each in _below(router, set())}
    machine.routers[:] = [
        router
        for router in machine.routers
        if id(router) not in dropped and (id(router) not in below or id(router) in needed)
    ]


def _contained(apps: list[RouterValue]) -> Iterator[RouterValue]:
    """Those that serve nothing but what another one serves; of equal ones the later."""
    shapes = [_Shape.of(app) for app in apps] if len(apps) > 1 else []
    for place, mine in enumerate(shapes):
        for other, theirs in enumerate(shapes):
            is_first = theirs.is_within(mine) and place <= other
            if mine.is_within(theirs) and not is_first:
                yield apps[place]
                break


class _Shape(NamedTuple):
    """What an app serves: equal for two that no request can tell apart."""

    options: Hashable
    entries: tuple[Hashable, ...]
    attached: tuple[Hashable, ...]

    @classmethod
    def of(cls, app: RouterValue) -> _Shape:
        _, options, entries, attached = _shape(app, 0)
        return cls(options, entries, attached)

    def is_within(self, other: _Shape) -> bool:
        """Whether ``other`` is the same app, perhaps with something added to it."""
        return (
            self.options == other.options
            and set(self.entries) <= set(other.entries)
            and set(self.attached) <= set(other.attached)
        )


def _below(router: RouterValue, seen: set[int]) -> Iterator[RouterValue]:
    """The routers and apps that it includes and mounts, at any depth."""
    for entry in router.entries:
        child = _child(entry)
        if isinstance(child, RouterValue) and id(child) not in seen:
            seen.add(id(child))
            yield child
            yield from _below(child, seen)


def _child(entry: RouteEntry | IncludeEntry | MountEntry) -> Value | None:
    if isinstance(entry, IncludeEntry):
        return entry.child
    return entry.target if isinstance(entry, MountEntry) else None


_Plain = tuple[Hashable, Hashable, tuple[Hashable, ...], tuple[Hashable, ...]]


def _shape(router: RouterValue, depth: int) -> _Plain:
    """Where it is made, its options, what is registered on it and what runs besides."""
    if depth > _DEEPEST:
        return (router.span, id(router), (), ())
    options = tuple((name, _plain(value)) for name, value in sorted(router.options.items()))
    return (
        router.span,
        options,
        tuple(_entry_shape(entry, depth) for entry in router.entries),
        tuple((item.kind, item.span) for item in router.attached),
    )


def _entry_shape(entry: RouteEntry | IncludeEntry | MountEntry, depth: int) -> Hashable:
    child = _child(entry)
    inner = _shape(child, depth + 1) if isinstance(child, RouterValue) else _plain(child)
    told = {} if isinstance(entry, MountEntry) else entry.options
    options = tuple((name, _plain(value)) for name, value in sorted(told.items()))
    if isinstance(entry, IncludeEntry):
        return (entry.span, options, inner)
    if isinstance(entry, MountEntry):
        return (entry.span, entry.kind, _plain(entry.path), inner)
    return (entry.span, entry.methods, _plain(entry.path), _plain(entry.handler), options)


def _plain(value: Value | None) -> Hashable:
    """What of a value can be compared; what was made anew each time counts as the same."""
    if isinstance(value, Const):
        return (type(value.value), value.value)
    if isinstance(value, FunctionValue):
        return (value.path, value.facts.index)
    if isinstance(value, Instance):
        return value.span
    return type(value).__name__
