"""Which routes' requests come to a place in what is run for many: middleware that lets others pass.

A middleware that asks for the path, the method or the kind of a request before it does something
keeps only those waiting which get beyond the test. So do a route class and a dependency that ask
for what the path holds (``request.path_params.get("shop")``), and a dependency that a factory makes
anew for each of its uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import search
from fastlint.model.calls.asked import Asked
from fastlint.model.calls.asking import Asking, Place, requests_of
from fastlint.model.calls.entries import Entry
from fastlint.model.calls.nodes import Start
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_MOST = 2_000
"""Routes that are held against the tests of a middleware."""
_ASKS = (b"path", b"method", b"type")
_ASKS_ROUTED = (b"path_params", b"method")
_ROUTED = frozenset({"dependency", "handler", "route class"})
"""What runs once the route is chosen."""
_GIVEN = frozenset({"conn", "connection", "request", "scope"})
"""Parameters that hold the path of a request, among others."""


class Passing:
    """Tells the entries that lead to a place, each with the routes that come there."""

    def __init__(self, project: Project, starts: Iterable[Start]) -> None:
        """``starts``: all that will be asked for."""
        self._project = project
        self._asking: dict[tuple[int, bool], bool] = {}
        self._places: dict[int, set[Place]] = defaultdict(set)
        self._coming: dict[tuple[int, bool, int], dict[Place, set[int]]] = {}
        for start in starts:
            self._places[id(start.function)].add(_place(start))

    def entries(self, first: Iterable[Entry], starts: Sequence[Start]) -> tuple[Entry, ...]:
        """The entries, those first that are to be named ``first``.

        Those are left out of whose routes no request comes there.
        """
        ways: dict[int, list[Start]] = defaultdict(list)
        found = {id(entry): entry for entry in first}
        for start in starts:
            found.setdefault(id(start.entry), start.entry)
            ways[id(start.entry)].append(start)
        narrowed = (self._narrowed(entry, ways[key]) for key, entry in found.items())
        return tuple(entry for entry in narrowed if entry is not None)

    def _narrowed(self, entry: Entry, starts: list[Start]) -> Entry | None:
        if entry.apart:
            return _of_variants(entry, starts)
        if entry.kinds <= _ROUTED and starts:
            return self._of_those(entry, starts)
        if entry.kind != "middleware" or entry.routes or not starts:
            return entry
        if not any(map(self._asks, (start.function for start in starts))):
            return entry
        routes = self._project.routes
        if len(routes) > _MOST:
            return entry
        come = set[int]().union(*(self._come(start, routes, is_routed=False) for start in starts))
        coming = [route for route in routes if id(route) in come]
        if not 0 < len(coming) < len(routes):
            return entry
        passes_all = all(route.kind != "http" or id(route) in come for route in routes)
        if passes_all and all(map(_asks_further, starts)):
            return entry
        return replace(entry, routes=tuple(coming))

    def _of_those(self, entry: Entry, starts: list[Start]) -> Entry | None:
        """The entry with those of its routes whose requests come to one of the starts."""
        if not all(self._asks(start.function, is_routed=True) for start in starts):
            return entry
        if len(self._project.routes) > _MOST:
            return entry
        routes = entry.routes
        come = set[int]().union(*(self._come(start, routes, is_routed=True) for start in starts))
        coming = tuple(route for route in routes if id(route) in come)
        if len(coming) == len(routes):
            return entry
        return replace(entry, routes=coming) if coming else None

    def _asks(self, function: Function, *, is_routed: bool = False) -> bool:
        key = (id(function), is_routed)
        if key not in self._asking:
            asks = search.mentions(function.facts, *(_ASKS_ROUTED if is_routed else _ASKS))
            if is_routed:
                asks = bool(requests_of(function.facts)) and (
                    asks or (self._helpers_ask and _leaves_asking(function))
                )
            self._asking[key] = asks
        return self._asking[key]

    @cached_property
    def _helpers_ask(self) -> bool:
        """Whether a function may leave it to another to ask what the path holds."""
        return any(self._project.modules_index.naming(_ASKS_ROUTED[0]))

    def _come(self, start: Start, routes: Sequence[Route], *, is_routed: bool) -> set[int]:
        """Those of the routes whose requests come to where a start stands.

        ``routes``: the project's or an entry's own, which outlive this.
        """
        key = (id(start.function), is_routed, id(routes))
        if key not in self._coming:
            places = sorted(self._places[id(start.function)])
            self._coming[key] = self._through(start.function, places, routes, is_routed=is_routed)
        return self._coming[key][_place(start)]

    @staticmethod
    def _through(
        function: Function, places: Sequence[Place], routes: Sequence[Route], *, is_routed: bool
    ) -> dict[Place, set[int]]:
        """Those of the routes whose requests come to each of the places of a function."""
        coming: dict[Place, set[int]] = {place: set() for place in places}
        bound: dict[int, tuple[str, ...]] = {}
        same: dict[Asked | None, Sequence[Place]] = {None: places}
        for route in routes:
            asked = Asked.of(route)
            if asked is not None and asked not in same:
                asking = Asking(function, asked, bound, is_routed=is_routed)
                same[asked] = tuple(asking.reached(function.statements, places))
            for place in same[asked]:
                coming[place].add(id(route))
        return coming


def _leaves_asking(function: Function) -> bool:
    """Whether something that the function calls asks what the path holds."""
    callees = (site.callee for site in function.calls)
    return any(
        isinstance(callee, FunctionValue) and search.mentions(callee.facts, _ASKS_ROUTED[0])
        for callee in callees
    )


def _place(start: Start) -> Place:
    return start.at.line, start.at.column


def _asks_further(start: Start) -> bool:
    """Whether it is left to a function that is given the request which paths go on from there."""
    called = start.called
    if called is None or not search.mentions(called.facts, b"path"):
        return False
    return any(p.name in _GIVEN or p.name.endswith("path") for p in called.facts.params)


def _of_variants(entry: Entry, starts: list[Start]) -> Entry:
    """The entry with the routes of those of its variants that lead there."""
    there = {id(start.function) for start in starts}
    routes = {
        id(route): route
        for function, served in zip(entry.variants, entry.apart, strict=True)
        if id(function) in there
        for route in served
    }
    if not routes or len(routes) == len(entry.routes):
        return entry
    return replace(entry, routes=tuple(routes.values()))
