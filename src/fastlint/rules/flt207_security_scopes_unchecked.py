"""``Security(f, scopes=[…])``, and nobody is told the scopes."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.security.credentials import demanded_scopes, looks_at_scopes
from fastlint.model.serving.asking import asked
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Demands for scopes that nothing compares with those of the token."""
    if project.module(route.span.path).is_test:
        return
    for each in asked(route):
        scopes = demanded_scopes(each.dependency)
        if isinstance(scopes, str):
            # Where nobody looks at them, the list is no better: that is what remains to be said.
            told = looks_at_scopes(each.dependency) is not False
            yield _taken_apart(each.dependency, scopes, route, told=told)
        elif scopes is not None and looks_at_scopes(each.dependency) is False:
            yield _unchecked(each.dependency, scopes, route)


def _unchecked(dependency: Dependency, scopes: tuple[str, ...], route: Route) -> Problem:
    name = dependency.name.rpartition(":")[2].rpartition(".")[2]
    listed = " and ".join(f"`{scope}`" for scope in scopes)
    taker = dependency.function
    return Problem(
        dependency.span,
        f"nobody is told of {listed}: neither `{name}` nor what it depends on has a parameter of "
        "the type `SecurityScopes`, so any scopes will do",
        f"let `{name}` take `SecurityScopes` and answer 403 where a scope is missing",
        related=() if taker is None else (Related(taker.name_span, "is not told the scopes"),),
        affected=(route.handler.id,) if route.handler else (),
        fixable=False,
        withheld=f"what `{name}` has to compare is for you to say",
    )


def _taken_apart(dependency: Dependency, scopes: str, route: Route, *, told: bool) -> Problem:
    return Problem(
        dependency.span,
        f'`scopes` is the text "{scopes}", and FastAPI takes each of its letters for a scope',
        "write a list of scopes",
        affected=(route.handler.id,) if route.handler else (),
        data=tuple(scopes.replace(",", " ").split()),
        fixable=told,
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``scopes="me items"`` -> ``scopes=["me", "items"]``"""
    changed = edits.list_text(syntax, problem.span, "scopes", problem.data)
    return edits.offer("Write a list", changed, safe=True)
