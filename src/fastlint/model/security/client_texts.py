"""What clients write themselves: the texts that a request gives to handlers and dependencies.

A number, a date, an enumeration or a text with a pattern cannot be anything; a plain text can.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    Const,
    DependsMarker,
    External,
    Instance,
    ParamMarker,
    Unknown,
    Value,
)
from fastlint.model.reading.lookups import is_optional
from fastlint.model.serving.bodies import is_untyped
from fastlint.model.serving.parameters import Param, is_mapping, is_upload
from fastlint.model.serving.routing import Route
from fastlint.model.serving.schemes import lets_in_without
from fastlint.model.shapes.validators import EVERY, validators

if TYPE_CHECKING:
    from fastlint.model.project import Project

ANY_KEY = "*"
_PLAIN = frozenset({"query", "header", "cookie", "form", "path"})
_TEXTS = frozenset({External("builtins.str"), Const(None)})
_CREDENTIALS = {
    "HTTPBearer": ("credentials",), "HTTPDigest": ("credentials",), "HTTPBase": ("credentials",),
    "HTTPBasic": ("username", "password"),
}  # fmt: skip


class Input(msgspec.Struct, frozen=True):
    """A text that the client writes."""

    key: str
    """What it is called in the function: ``name``, ``item.name``; so too where ``item`` is a
    dictionary. Of one that may hold anything the key is `ANY_KEY`."""
    source: str
    """As `Param.source`; ``credential`` for what a security scheme found."""
    span: Span
    """The parameter that brings it."""
    takes_slashes: bool = True
    """Whether it can name a file somewhere else: a part of a path cannot hold a slash."""
    may_be_none: bool = False
    """Whether a request may leave it out, and there is None instead."""


class Given(msgspec.Struct, frozen=True, eq=False):
    """A function that FastAPI calls, with the texts that a request gives it."""

    function: Function
    inputs: tuple[Input, ...]
    route: Route


def given(project: Project) -> Iterator[Given]:
    """Every handler and dependency that is given such texts, once."""
    seen: set[int] = set()
    for route in project.reachable_routes:
        by_function: dict[int, tuple[Function, list[Input]]] = {}
        for function, _, param in route.signatures:
            if id(function) not in seen:
                found = by_function.setdefault(id(function), (function, []))
                found[1].extend(_of_param(param, route, project))
        seen.update(by_function)
        for function, inputs in by_function.values():
            if inputs:
                yield Given(function, tuple(inputs), route)


def _of_param(param: Param, route: Route, project: Project) -> Iterator[Input]:
    name, span = param.name, param.span
    if param.source in _PLAIN:
        is_bound = "pattern" in param.constraints or _is_validated(param.declared)
        if is_text(param.type) and not is_bound:
            slashes = param.source != "path" or f"{{{name}:path}}" in (route.path or "")
            yield Input(name, param.source, span, slashes, _may_be_none(param))
    elif param.source in ("file", "body", "form"):
        if is_upload(param.declared):
            yield Input(f"{name}.filename", "file", span)
        elif is_text(param.type):
            yield Input(name, param.source, span, may_be_none=_may_be_none(param))
        elif is_mapping(param.type) and is_untyped(param):
            yield Input(f"{name}.{ANY_KEY}", param.source, span)
        else:
            yield from _of_model(param, project)
    elif param.source == "dependency":
        yield from _of_scheme(param, route)


def _of_model(param: Param, project: Project) -> Iterator[Input]:
    schema = project.schema(param.type)
    if schema is None:
        return
    seen: set[str] = set()
    for validator in validators(schema.value):
        if not validator.fields or EVERY in validator.fields:
            return
        seen.update(validator.fields)
    for field in schema.fields:
        if field.name in seen:
            continue
        is_bound = "pattern" in field.options or "regex" in field.options
        if is_text(field.type) and not is_bound and not _is_validated(field.declared):
            key = f"{param.name}.{field.name}"
            may_be_none = is_optional(field.declared) or field.initial == NONE
            yield Input(key, param.source, param.span, may_be_none=may_be_none)


def _of_scheme(param: Param, route: Route) -> Iterator[Input]:
    for dependency in route.all_dependencies:
        if dependency.parameter != param.name or dependency.marker is not param.marker:
            continue
        if dependency.scheme is None or not isinstance(dependency.callable, Instance):
            continue
        kind = dependency.scheme.rpartition(".")[2]
        may_be_none = lets_in_without(dependency) is not False
        for part in _CREDENTIALS.get(kind, ("",)):
            key = f"{param.name}.{part}".removesuffix(".")
            # What is read from None fails before anything is compared.
            absent = may_be_none and not part
            yield Input(key, "credential", param.span, may_be_none=absent)


def _may_be_none(param: Param) -> bool:
    return is_optional(param.declared) or param.initial == NONE


def is_text(declared: Value) -> bool:
    """Whether a type lets any text in; a parameter without an annotation does."""
    if isinstance(declared, Unknown):
        return False
    found = classes.members(classes.without_markers(declared))
    return External("builtins.str") in found and _TEXTS.issuperset(found)


def _is_validated(declared: Value) -> bool:
    """Whether ``Annotated`` names anything that may look at the text: a pattern, a validator."""
    if not isinstance(declared, AnnotatedType):
        return False
    markers = ParamMarker | DependsMarker | Const
    return any(
        not isinstance(each, markers)
        or (isinstance(each, ParamMarker) and not {"pattern", "regex"}.isdisjoint(each.keywords))
        for each in declared.metadata
    )
