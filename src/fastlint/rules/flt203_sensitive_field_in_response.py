"""Passwords, keys and tokens that the response model lets out."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.answers.exposed import Exposure, exposures
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Report every sensitive field that the answer of a path operation contains."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in exposures(route, project):
        field = found.field
        place = f"{field.span.path.rpartition('/')[2]}:{field.span.line}"
        yield Problem(
            handler.name_span,
            f"the answer contains `{field.name}`: `{_way(found)}` ({place})",
            "answer with a model without the field, or give the field `Field(exclude=True)` "
            "where it must never go out",
            related=tuple(_trail(route, found)),
            affected=(handler.id,),
            severity=None if found.certain else Severity.WARNING,
        )


def _way(found: Exposure) -> str:
    """``UserOut.owner -> User.hashed_password``"""
    steps = [f"{field.owner.node.name}.{field.name}" for field in found.way]
    return " -> ".join([*steps, f"{found.schema.name}.{found.field.name}"])


def _trail(route: Route, found: Exposure) -> Iterator[Related]:
    yield Related(route.span, f"`{route.label}` is registered here")
    for field in found.way:
        yield Related(field.span, f"`{field.owner.node.name}.{field.name}` is part of the answer")
    owner = found.field.owner.node.name
    yield Related(found.field.span, f"`{owner}.{found.field.name}` is declared here")
