"""Every function that some ``Depends`` names, whether or not a route is known to use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function
from fastlint.model.following.types import depends_marker
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    DependsMarker,
    External,
    FunctionValue,
    Items,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security"})


class Declared(msgspec.Struct, frozen=True, eq=False):
    """A function that is a dependency."""

    function: Function
    span: Span
    """A ``Depends(…)`` that names it."""
    affected: tuple[str, ...]
    """The handlers that are known to need it."""
    asked_by: tuple[FunctionValue | None, ...]
    """Whose parameters name it, as far as they can be seen; None for any other place."""


def declared(project: Project) -> tuple[Declared, ...]:
    """The dependencies that are functions of the project, each once."""
    spans: dict[int, tuple[Function, Span]] = {}
    affected: dict[int, dict[str, None]] = {}
    asked_by: dict[int, list[FunctionValue | None]] = {}
    for route in project.routes:
        for dependency in route.all_dependencies:
            if dependency.function is not None:
                key = id(dependency.function)
                spans.setdefault(key, (dependency.function, dependency.span))
                if route.handler is not None:
                    affected.setdefault(key, {})[route.handler.id] = None
                else:
                    asked_by.setdefault(key, []).append(None)
    for frame in list(project.machine.frames.values()):
        for marker, asking in _markers(frame):
            if isinstance(marker.dependency, FunctionValue):
                function = project.function(marker.dependency)
                spans.setdefault(id(function), (function, marker.span))
                asked_by.setdefault(id(function), []).append(asking)
    return tuple(
        Declared(function, span, tuple(affected.get(key, ())), tuple(asked_by.get(key, ())))
        for key, (function, span) in spans.items()
    )


def _markers(frame: Frame) -> Iterator[tuple[DependsMarker, FunctionValue | None]]:
    """The markers in a module's aliases, lists and signatures, and in those of its classes.

    With each the function whose signature it is.
    """
    for value in list(frame.namespace.values()):
        if isinstance(value, FunctionValue) and value.path == frame.path:
            yield from ((marker, value) for marker in _of_signature(value))
        elif isinstance(value, ClassValue) and value.path == frame.path:
            yield from _markers(value.namespace)
        else:
            yield from ((marker, None) for marker in _of_value(value))


def _of_value(value: Value) -> Iterator[DependsMarker]:
    if isinstance(value, DependsMarker):
        yield value
    elif isinstance(value, AnnotatedType):
        yield from (each for each in value.metadata if isinstance(each, DependsMarker))
    elif isinstance(value, Items):
        yield from (each for each in value.items if isinstance(each, DependsMarker))


def _of_signature(function: FunctionValue) -> Iterator[DependsMarker]:
    for param in function.facts.params:
        if isinstance(param.default, tree.Call):
            callee = evaluate(param.default.func, function.closure)
            if isinstance(callee, External) and callee.name in _DEPENDS:
                yield from _of_value(evaluate(param.default, function.closure))
        elif isinstance(param.annotation, tree.Subscript):
            marker = depends_marker(evaluate(param.annotation, function.closure), None)
            if marker is not None:
                yield marker
