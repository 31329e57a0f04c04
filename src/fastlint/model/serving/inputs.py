"""The parameters that routes ask requests for, each one once, with the routes that ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Related, Span
from fastlint.model.following.functions import Function
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.parameters import Param
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project


class Input(msgspec.Struct, frozen=True, eq=False):
    """A parameter in the signature of a handler or dependency."""

    param: Param
    function: Function
    """Whose parameter it is."""
    dependency: Dependency | None
    """None for a handler's own."""
    routes: list[Route] = msgspec.field(default_factory=list)
    """The path operations that ask for it, at least one."""

    @property
    def handlers(self) -> tuple[str, ...]:
        """The handlers of the routes, for `Problem.affected`."""
        return tuple(route.handler.id for route in self.routes if route.handler)

    @property
    def siblings(self) -> tuple[Param, ...]:
        """The parameters of the function, itself among them, as they are read for one route."""
        return tuple(self.dependency.params if self.dependency else self.routes[0].params)

    def way(self, route: Route | None = None) -> tuple[Related, ...]:
        """From the handler to the function that asks; empty for a handler's own parameter."""
        return way(route or self.routes[0], self.dependency)


def way(route: Route, dependency: Dependency | None) -> tuple[Related, ...]:
    """From the handler of a route to a dependency of it."""
    if dependency is None:
        return ()
    start = route.handler.name_span if route.handler else route.span
    return (
        Related(start, f"`{route.label}` runs this handler"),
        Related(dependency.span, f"it depends on `{dependency.name.rpartition(':')[2]}`"),
    )


def inputs(project: Project) -> Iterator[Input]:
    """Every parameter of every signature; twice if it is read from two places, as paths differ.

    Those of tests are left out: an application of a test may be wrong on purpose.
    """
    found: dict[tuple[Span, str], Input] = {}
    for route in project.operations:
        if project.module(route.span.path).is_test:
            continue
        for function, dependency, param in route.signatures:
            key = (param.span, param.source)
            known = found.get(key)
            if known is None:
                known = found[key] = Input(param, function, dependency)
            known.routes.append(route)
    yield from found.values()
