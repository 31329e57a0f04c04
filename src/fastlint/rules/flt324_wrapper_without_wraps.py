"""A decorator whose wrapper hides the parameters of a handler or dependency."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.decorating import hiding
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Wrappers of ``*args, **kwargs`` around what FastAPI calls for a route."""
    asked = ((dependency.callable, dependency.span) for dependency in route.all_dependencies)
    for value, span in ((route.entry.handler, route.span), *asked):
        found = hiding(value, project)
        if found is None:
            continue
        names = " and ".join(f"`{name}`" for name in found.asks)
        yield Problem(
            found.wrapper.name_span,
            f"`{found.wrapper.name}` hides the parameters of what `{found.decorator}` decorates: "
            f"FastAPI asks the client for {names} instead",
            "put `@functools.wraps(…)` on it, so that FastAPI sees the signature below",
            related=(Related(span, "FastAPI reads the parameters of the wrapper"),),
            affected=(route.handler.id,) if route.handler else (),
            data=(found.wrapper.span, found.calls),
            fixable=bool(found.calls),
            withheld="which function it wraps cannot be told",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``@wraps(func)`` on the wrapper."""
    span, wrapped = problem.data
    changed = edits.decorate_with_wraps(syntax, span, wrapped)
    return edits.offer("Add `wraps`", changed, safe=True)
