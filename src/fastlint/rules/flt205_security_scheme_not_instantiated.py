"""``Depends(HTTPBearer)``: FastAPI makes a scheme, and nobody asks it."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.values import ClassValue, External
from fastlint.model.project import Project
from fastlint.model.reading.uses import Use, uses
from fastlint.model.serving import schemes
from fastlint.model.serving.asking import Asked, asked
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_KNOWINGLY = {Use.CALLED, Use.HANDED_ON}


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Dependencies on the class of a scheme, which is not the scheme."""
    for each in asked(route):
        cls = each.dependency.callable
        if not isinstance(cls, ClassValue | External):
            continue
        is_dropped = each.function is None  # nobody gets the object, so nobody can call it
        if not schemes.is_scheme_class(cls, project.machine) and not (
            is_dropped and schemes.refuses_when_called(cls, project)
        ):
            continue
        init = schemes.method(cls, "__init__")
        if init is not None and schemes.asks_for_connection(init, project.machine):
            continue  # it may well look at the request when it is made
        if not _is_asked_later(each, project):
            yield _problem(each.dependency, cls, route, project)


def _is_asked_later(each: Asked, project: Project) -> bool:
    """Whether who gets the scheme calls it, or knows it for one and hands it on."""
    if each.function is None or each.param is None:
        return False
    knows = schemes.is_scheme_class(each.param.type, project.machine)
    ways = _KNOWINGLY if knows else {Use.CALLED}
    if knows and each.by is not None:
        ways = {*ways, Use.RETURNED}
    return any(u.use in ways and not u.inside for u in uses(each.function, each.param.name))


def _problem(
    dependency: Dependency, cls: ClassValue | External, route: Route, project: Project
) -> Problem:
    name = cls.node.name if isinstance(cls, ClassValue) else cls.name.rpartition(".")[2]
    required = schemes.required_arguments(cls, project.machine)
    then = "everybody gets in, with or without credentials"
    if required:
        wanted = " and ".join(f"`{each}`" for each in required)
        then = f"the client has to send {wanted} in the query, and whoever does gets in"
    return Problem(
        dependency.span,
        f"this depends on the class `{name}`: each request makes one that nobody asks; {then}",
        f"depend on an object of it: `Depends({name}({'…' if required else ''}))`",
        related=(Related(route.handler.name_span, f"runs for `{route.label}`"),)
        if route.handler
        else (),
        affected=(route.handler.id,) if route.handler else (),
        fixable=not required and dependency.marker.dependency is not None,
        withheld="what it needs is for you to say" if required else "",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``Depends(HTTPBearer)`` -> ``Depends(HTTPBearer())``"""
    changed = edits.call_argument(syntax, problem.span)
    return edits.offer("Make the scheme once", changed, safe=True)
