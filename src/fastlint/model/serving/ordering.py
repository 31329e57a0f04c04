"""Where markers may move into ``Annotated``, and the parameters of a signature change places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from fastlint.facts.walk import names
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    DependsMarker,
    FunctionValue,
    ParamMarker,
)
from fastlint.model.serving.parameters import is_body, is_collection
from fastlint.model.serving.refused_markers import is_default

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.parameters import Param


def arrangement(
    function: Function, params: Iterable[Param], project: Project
) -> Literal["move", "star", "refuse"]:
    """How parameters without a default come to stand before those with one.

    They ``move`` to the left, but for a function that others may call with positional arguments,
    and where FastAPI goes by the order: it asks dependencies one after the other, and documents
    what it reads from one place (the query, the headers, the body) as it is written. A ``star``
    before them keeps all of that, but for those who call it with positional arguments.

    What counts is where a default will be once nothing is left to mend in the signature. Several
    rules mend it, and whichever comes first thus leaves the others the same arrangement.
    """
    uses = list(project.references.uses(function))
    if any(use.call is not None and use.call.args for use in uses):
        return "refuse"
    if function.facts.is_method or uses:
        return "star"
    seen: set[str] = set()
    for param in params:
        if param.facts.kind == "keyword-only":
            continue
        sources = {param.source, "query"} if _may_be_queried(param) else {param.source}
        if _will_have_default(function, param, project):
            seen |= sources
        elif not seen.isdisjoint(sources):
            return "star"
    return "move"


def _may_be_queried(param: Param) -> bool:
    """Whether it is a body for want of a marker, which whoever mends it reads from the query."""
    return param.marker is None and is_body(param) and is_collection(param.type)


def _will_have_default(function: Function, param: Param, project: Project) -> bool:
    """Whether it has a default once its marker is an annotation, which says nothing of it."""
    if param.marker_in_default and can_move(function, param, project):
        return not _leaves_no_default(param)
    if isinstance(param.marker, ParamMarker) and is_default(param.marker.default):
        return True
    return param.facts.default is not None


def can_move(function: Function, param: Param, project: Project) -> bool:
    """Whether the marker is written as the default itself, and means the same in ``Annotated``."""
    default = param.facts.default
    if default is None or not param.has_annotation or isinstance(param.declared, AnnotatedType):
        return False
    if param.marker is None or param.marker.span != function.at(default):
        return False  # made elsewhere: a variable, or a function that gives a marker
    if not project.module(function.path).facts.future_annotations:
        return True
    known = project.machine.run_module(function.path).namespace  # where FastAPI looks names up
    return all(name in known or name in project.knowledge.builtins for name in names([default]))


def in_the_way(params: Iterable[Param]) -> str:
    """What must be settled before any marker of a function can become an annotation; or empty.

    A default that is a function or a class most likely lacks its ``Depends``. And a dependency that
    has no type stays a default: what comes behind it would have to stand behind a ``*``.
    """
    untyped = ""
    for param in params:
        if isinstance(param.default, FunctionValue | ClassValue):
            return f"`{param.name}` first needs its `Depends`"
        if isinstance(param.marker, DependsMarker) and not param.has_annotation:
            untyped = untyped or f"`{param.name}` before it first needs a type"
        elif untyped and param.marker_in_default and _leaves_no_default(param):
            return untyped
    return ""


def _leaves_no_default(param: Param) -> bool:
    return isinstance(param.marker, DependsMarker) or param.initial is None


def unsettled(params: Iterable[Param]) -> str:
    """The first one whose marker is its default, or has a default that belongs behind ``=``."""
    return next((param.name for param in params if _is_unsettled(param)), "")


def _is_unsettled(param: Param) -> bool:
    marker = param.marker
    if not isinstance(marker, ParamMarker):
        return False
    return param.initial is None if param.marker_in_default else marker.default is not None
