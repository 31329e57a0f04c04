"""FLT407 response-union-annotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.model.answers.unservable import refused
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_WHY = {
    "union": "a response class, is part of a union, which pydantic can make no model of",
    "response": "a response class, is no response model",
    "table": "a class of the ORM, is no model of pydantic",
    "class": "a plain class, is no type that pydantic knows",
}
_INSTEAD = {
    "union": "say `response_model=None` in the decorator, or a model for what is no response",
    "response": "annotate `-> {name}` alone, or leave the model out",
    "table": "declare a pydantic model of what is to go out: FastAPI reads it from the object",
    "class": "make it a pydantic model or a dataclass, or say `response_model=None`",
}


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Declared answers that FastAPI cannot make a response model of."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    found = refused(route, project)
    if found is not None:
        yield Problem(
            found.span,
            f"`{found.name}`, {_WHY[found.kind]}: FastAPI refuses to start",
            _INSTEAD[found.kind].format(name=found.name),
            affected=(handler.id,),
            data=route.span,
            fixable=found.kind == "union",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Tell FastAPI to make no model of the annotation."""
    changed = edits.add_keyword(syntax, problem.data, "response_model", "None")
    return edits.offer("Add `response_model=None`", changed, safe=True)
