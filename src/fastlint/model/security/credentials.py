"""What a route does with the credentials that a security scheme found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.following import classes
from fastlint.model.following.values import ClassValue, Const, Instance, Items, LambdaValue
from fastlint.model.reading.uses import Use, Used, uses
from fastlint.model.security.around import asks_a_backend, is_run_by_others
from fastlint.model.serving.asking import Asked, asked
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.routing import Route
from fastlint.model.serving.schemes import lets_in_without

if TYPE_CHECKING:
    from fastlint.model.project import Project

_LOOKS = (Use.TESTED, Use.CALLED, Use.HANDED_ON)
_SCOPES = "fastapi.security.SecurityScopes"
_DEEPEST = 8


class Found(msgspec.Struct, frozen=True, eq=False):
    """A scheme of a route, and all that becomes of what it finds."""

    scheme: Dependency
    lets_in: bool
    """Whether it lets a request in that brings nothing (``auto_error=False``)."""
    takers: tuple[Asked, ...]
    """Where it is asked for, and where the result of who asked goes on to."""
    uses: tuple[Used, ...]
    is_known: bool
    """Whether all that could get hold of it is in sight."""

    @property
    def is_looked_at(self) -> bool:
        """Whether anything is done with it that could tell good credentials from bad ones."""
        return any(each.use in _LOOKS for each in self.uses)

    @property
    def is_tested_for_none(self) -> bool:
        """Whether anything is done with it that could tell whether there are any."""
        return any(each.use in _LOOKS and (each.is_tried or not each.inside) for each in self.uses)

    @property
    def fails_on_none(self) -> bool:
        """Whether something is read from it that None does not have."""
        return any(each.inside and not each.is_tried for each in self.uses)


class Credentials:
    """Follows what schemes find. A route is looked at once, and so is each body."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._found: dict[int, tuple[Found, ...]] = {}
        self._used: dict[tuple[int, str], tuple[Used, ...]] = {}

    def of(self, route: Route) -> tuple[Found, ...]:
        """The schemes of a route whose own check is FastAPI's."""
        found = self._found.get(id(route))
        if found is None:
            found = self._found[id(route)] = tuple(self._schemes(route))
        return found

    def nobody_else_looks(self, found: Found, route: Route) -> bool:
        """Whether nothing else of the route could be a guard."""
        guards = self.project.guards
        idle = {id(found.scheme.callable)}
        for taker in found.takers:
            if taker.by is not None and not guards.looks(taker.by):
                idle.add(id(taker.by.callable))
        if asks_a_backend(route, self.project) or is_run_by_others(route):
            return False
        return guards.is_open(route, apart_from=idle)

    def _schemes(self, route: Route) -> Iterator[Found]:
        if not any(each.scheme for each in route.all_dependencies):
            return
        everywhere = tuple(asked(route))
        seen: set[int] = set()
        for each in everywhere:
            scheme = each.dependency
            lets_in = lets_in_without(scheme)
            if lets_in is None or id(scheme.callable) in seen:
                continue
            seen.add(id(scheme.callable))
            takers = tuple(self._takers(scheme, everywhere, 0))
            used = tuple(used for taker in takers for used in self._uses(taker))
            yield Found(scheme, lets_in, takers, used, all(map(_is_in_sight, takers)))

    def _takers(
        self, dependency: Dependency, everywhere: tuple[Asked, ...], depth: int
    ) -> Iterator[Asked]:
        for each in everywhere:
            if each.dependency.callable is not dependency.callable:
                continue
            yield each
            hands_back = any(used.use is Use.RETURNED for used in self._uses(each))
            if each.by is not None and hands_back and depth < _DEEPEST:
                yield from self._takers(each.by, everywhere, depth + 1)

    def _uses(self, taker: Asked) -> tuple[Used, ...]:
        if taker.function is None:
            return ()
        key = (id(taker.function), taker.dependency.parameter)
        if key not in self._used:
            self._used[key] = uses(taker.function, taker.dependency.parameter)
        return self._used[key]


def _is_in_sight(taker: Asked) -> bool:
    """Whether the body that gets it is the one that runs."""
    return taker.function is None or taker.function.value is not None


# --- scopes --------------------------------------------------------------------------------------


def demanded_scopes(dependency: Dependency) -> tuple[str, ...] | str | None:
    """The ``scopes`` of ``Security(f, scopes=…)`` as written: a list, or one text by mistake.

    None where there are none, or where it is not known which.
    """
    given = dependency.marker.scopes
    if not dependency.marker.is_security:
        return None
    if isinstance(given, Const) and isinstance(given.value, str):
        return given.value or None
    if isinstance(given, Items):
        names = [each.value for each in given.items if isinstance(each, Const)]
        return tuple(name for name in names if isinstance(name, str)) or None
    return None


def looks_at_scopes(dependency: Dependency) -> bool | None:
    """Whether a dependency, or one below it, is told the scopes; None where that is not known."""
    answers = [_is_told(each) for each in dependency.all]
    return True if True in answers else None if None in answers else False


def _is_told(dependency: Dependency) -> bool | None:
    if any(classes.is_subclass(param.type, _SCOPES) for param in dependency.params):
        return True
    if dependency.unknown or any(param.source == "unknown" for param in dependency.params):
        return None
    if dependency.function is not None:
        return any(p.kind.startswith("*") for p in dependency.function.facts.params) and None
    value = dependency.callable
    if isinstance(value, Instance) and dependency.scheme is not None:
        return False  # FastAPI's own, of which none looks at scopes
    if isinstance(value, ClassValue):
        return False if all(isinstance(base, ClassValue) for base in value.mro()) else None
    return False if isinstance(value, LambdaValue) and not value.node.params else None
