"""Markers and defaults that FastAPI does not take together: it fails when it reads the signature.

Followed from fastapi 0.165, ``dependencies/utils.py`` (`analyze_param`) and ``params.py`` (`Path`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.signatures import is_empty
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    DependsMarker,
    Dots,
    External,
    Instance,
    ParamMarker,
    Unknown,
    Value,
)
from fastlint.model.serving.parameters import Param, is_special

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_FIELD = ("pydantic.Field", "pydantic.fields.Field")


class Refused(NamedTuple):
    """What is wrong, what to do instead, and whether the default can be moved behind ``=``."""

    what: str
    instead: str
    movable: bool = False


def refused(param: Param, path_names: frozenset[str] | None, machine: Machine) -> Refused | None:
    """What FastAPI fails on; None where there is nothing, or it is not known."""
    name = f"`{param.name}`"
    inside = _last(param.declared)
    if isinstance(inside, ParamMarker) and is_default(inside.default):
        kind = inside.kind
        if kind == "Path":
            return Refused(
                f"{name} has a default in `Path(…)`",
                "a path always brings its names: take the default out",
            )
        return Refused(
            f"`{kind}(…)` in the `Annotated` of {name} has the default",
            f"write `{param.name}: Annotated[…, {kind}()] = <default>`",
            movable=param.default is None and _within(inside.span, param.annotation_span),
        )
    given = param.default
    if isinstance(inside, ParamMarker | DependsMarker) and isinstance(
        given, ParamMarker | DependsMarker
    ):
        if isinstance(inside, DependsMarker) and isinstance(given, ParamMarker):
            return None  # FastAPI takes it, and forgets one of the two
        return Refused(
            f"{name} has a marker in `Annotated` and another as its default",
            "leave one of them, in `Annotated`",
        )
    marker = given if isinstance(given, ParamMarker) else inside
    if isinstance(marker, ParamMarker) and is_special(param.declared, machine):
        typed = _spelled(classes.without_markers(param.declared))
        return Refused(
            f"`{marker.kind}(…)` marks {name}, which is a `{typed}`", "take the marker out"
        )
    if isinstance(given, ParamMarker) and given.kind == "Path" and is_default(given.default):
        return Refused(
            f"{name} has a default in `Path(…)`",
            "a path always brings its names: take the default out",
        )
    in_path = path_names is not None and param.name in path_names
    if in_path and isinstance(marker, ParamMarker):
        if marker.kind != "Path":
            return Refused(
                f"{name} is in the path, and is marked with `{marker.kind}(…)`",
                "write `Path()`, or give one of the two another name",
            )
        if marker is inside and given is not None and not isinstance(given, Unknown):
            return Refused(f"{name} is in the path and has a default", "take the default out")
    if inside is None and _is_field(given) and param.source in ("query", "path", "unknown"):
        return Refused(
            f"pydantic's `Field(…)` is the default of {name}",
            f"write `{'Path' if in_path else 'Query'}(…)` in `Annotated`",
        )
    return None


def _last(declared: Value) -> Value | None:
    """The marker in ``Annotated`` that counts; None if none does, or one is not known."""
    if isinstance(declared, AnnotatedType):
        for metadata in reversed(declared.metadata):
            if isinstance(metadata, DependsMarker | ParamMarker | Unknown):
                return metadata
    return None


def is_default(value: Value | None) -> bool:
    """Whether what a marker is given first is known, and not the ``...`` of what is required."""
    return value is not None and not isinstance(value, Dots | Unknown) and not is_empty(value)


def _is_field(value: Value | None) -> bool:
    return isinstance(value, Instance) and classes.is_subclass(value.cls, *_FIELD)


def _within(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _spelled(value: Value) -> str:
    if isinstance(value, External):
        return value.name.rpartition(".")[2]
    return value.node.name if isinstance(value, ClassValue) else "…"
