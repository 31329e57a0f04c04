"""Passwords, keys and tokens that the response model lets out."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.answers.exposed import Exposure, exposures
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.model.shapes.fields import Field
from fastlint.rule import check

_NAMED = 3
"""Further fields to name in the message; the trail has them all."""


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Report what the answer of a path operation contains of sensitive fields."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    found = sorted(exposures(route, project), key=lambda each: not each.certain)
    if not found:
        return
    first, *others = found
    place = f"{first.field.span.path.rpartition('/')[2]}:{first.field.span.line}"
    yield Problem(
        handler.name_span,
        f"the answer contains `{first.field.name}`: `{_way(first)}` ({place}){_more(others)}",
        "answer with a model without the field, or give the field `Field(exclude=True)` "
        "where it must never go out",
        related=tuple(_trail(route, found)),
        affected=(handler.id,),
        severity=None if first.certain else Severity.WARNING,
    )


def _more(others: list[Exposure]) -> str:
    """``, and `token` as well``"""
    names = list(dict.fromkeys(each.field.name for each in others))
    if not names:
        return ""
    named = ", ".join(f"`{name}`" for name in names[:_NAMED])
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f", and {named}{rest} as well"


def _way(found: Exposure) -> str:
    """``UserOut.owner -> User.hashed_password``"""
    steps = [_name(field) for field in found.way]
    return " -> ".join([*steps, f"{found.schema.name}.{found.field.name}"])


def _trail(route: Route, found: list[Exposure]) -> Iterator[Related]:
    yield Related(route.span, f"`{route.label}` is registered here")
    for exposure in found:
        for field in exposure.way:
            yield Related(field.span, f"`{_name(field)}` is part of the answer")
        yield Related(exposure.field.span, f"`{_name(exposure.field)}` is declared here")


def _name(field: Field) -> str:
    return f"{field.owner.node.name}.{field.name}"
