"""The project's own functions that check what a request brings, and make an object of it.

FastAPI validates parameters and bodies on the event loop, for ``def`` handlers too
(fastapi/routing.py `get_request_handler`, fastapi/dependencies/utils.py `solve_dependencies`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.calls.validating import in_metadata, of_schema
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_FROM_ELSEWHERE = frozenset({"cloud", "database", "messaging", "network"})
"""Kinds of calls whose receivers no request can bring."""
_CHECK_FIELDS = frozenset({"field_validator", "validator"})
_SOURCES = frozenset({"body", "cookie", "form", "header", "path", "query"})


def checks(project: Project) -> Iterator[tuple[Function, Route]]:
    """The validators that each route's parameters have, those of nested models included."""
    known: dict[int, tuple[FunctionValue, ...]] = {}
    for route in project.reachable_routes:
        for _, _, param in route.signatures:
            if param.source not in _SOURCES:
                continue
            for value in in_metadata(param.declared):
                yield project.function(value), route
            for schema, _ in project.schemas.reached(param.declared):
                key = id(schema)
                if key not in known:
                    known[key] = tuple(of_schema(schema))
                for value in known[key]:
                    yield project.function(value), route


def is_never_brought(kind: str, call: tree.Node, function: Function) -> bool:
    """Whether a call of a validator is one of the very value that it checks, as no value is.

    A validator that finishes lazy queries (``if isinstance(value, Query): return value.all()``)
    does so for models that are made of rows; what a request brings, and what code writes out for
    the fields of a model, is text, numbers and files.
    """
    match call:
        case tree.Call(func=tree.Attribute(value=tree.Name(id=name))):
            return kind in _FROM_ELSEWHERE and name in _checked(function)
    return False


def checks_fields(function: Function) -> bool:
    """Whether a method is there to check fields of its model: ``@field_validator("name")``."""
    called = (
        each.func if isinstance(each, tree.Call) else each for each in function.facts.decorators
    )
    return any(last_name(each) in _CHECK_FIELDS for each in called)


def _checked(function: Function) -> frozenset[str]:
    """The parameters of a validator that hold what is checked: all but ``self`` and ``cls``."""
    names = [each.name for each in function.facts.params]
    return frozenset(names) - {"self", "cls"}
