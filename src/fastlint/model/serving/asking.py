"""Who asks for which dependency, and where the result of one goes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.model.following.functions import Function
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.parameters import Param
from fastlint.model.serving.routing import Route


class Asked(msgspec.Struct, frozen=True, eq=False):
    """A dependency of a route where it is asked for."""

    dependency: Dependency
    function: Function | None
    """Whose parameter it fills. None where nobody gets the result: in a ``dependencies=`` list."""
    param: Param | None
    by: Dependency | None
    """The dependency that ``function`` belongs to; None for the handler."""


def asked(route: Route) -> Iterator[Asked]:
    """Every dependency of a route, each time that it is asked for."""
    for top in route.dependencies:
        if top.origin == "parameter":
            yield Asked(top, route.handler, _named(top.parameter, route.params), None)
        else:
            yield Asked(top, None, None, None)
        yield from _below(top)


def _below(dependency: Dependency) -> Iterator[Asked]:
    for child in dependency.children:
        param = _named(child.parameter, dependency.params)
        yield Asked(child, dependency.function, param, dependency)
        yield from _below(child)


def _named(name: str, params: tuple[Param, ...]) -> Param | None:
    return next((param for param in params if param.name == name), None)
