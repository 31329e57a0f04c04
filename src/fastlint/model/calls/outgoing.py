"""The project's own functions that write out what a route answers with.

FastAPI serialises an answer on the event loop, that of a ``def`` handler too (fastapi/routing.py
`serialize_response`, which hands only the validation of such an answer to a thread).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue, Instance
from fastlint.model.serving.responses import response_model
from fastlint.model.serving.returned import is_response_class
from fastlint.model.serving.routing import Route
from fastlint.model.shapes.validators import writing

if TYPE_CHECKING:
    from fastlint.model.project import Project

_WRITING = (b"computed_field", b"field_serializer", b"model_serializer")
_LEFT_OUT = ("response_model_exclude", "response_model_include")
"""Options by which some fields may not be written at all."""


def writers(project: Project) -> Iterator[tuple[Function, Route]]:
    """The serializers and computed fields that each route's answer has, with nested models'."""
    modules = project.modules_index
    if not any(modules.mentions(path, *_WRITING) for path in modules.paths):
        return
    known: dict[int, tuple[FunctionValue, ...]] = {}
    for route in project.reachable_routes:
        declared = response_model(route).declared if route.kind == "http" else None
        if declared is None or any(map(route.option, _LEFT_OUT)) or _answers_itself(route):
            continue
        for schema, _ in project.schemas.reached(declared):
            key = id(schema)
            if key not in known:
                known[key] = tuple(writing(schema.value))
            for value in known[key]:
                yield project.function(value), route


def _answers_itself(route: Route) -> bool:
    """Whether the handler gives ready responses alone, which FastAPI sends as they are."""
    handler = route.handler
    if handler is None or not handler.returns:
        return True
    knowledge = route.machine.knowledge
    given = (each.value for each in handler.returns)
    return all(isinstance(v, Instance) and is_response_class(v.cls, knowledge) for v in given)
