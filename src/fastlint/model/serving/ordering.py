"""Where the parameters of a signature may change places: their order is seen in some things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from fastlint.model.following.values import ClassValue, FunctionValue, ParamMarker

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.project import Project
    from fastlint.model.serving.parameters import Param


def arrangement(
    function: Function, params: Iterable[Param], defaults: Mapping[str, bool], project: Project
) -> Literal["move", "star", "refuse"]:
    """How parameters without a default come to stand before those with one.

    ``defaults``: whether those that are to change will have one. They ``move`` to the left, but for
    a function that others may call with positional arguments, and where FastAPI goes by the order:
    it asks dependencies one after the other, and documents what it reads from one place (the query,
    the headers, the body) as it is written. A ``star`` before them keeps all of that, but for
    those who call it with positional arguments.
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
        if defaults.get(param.name, param.facts.default is not None):
            seen.add(param.source)
        elif param.source in seen:
            return "star"
    return "move"


def forgotten(params: Iterable[Param]) -> str:
    """The first one whose default is a function or class itself: it most likely lacks `Depends`."""
    return next((p.name for p in params if isinstance(p.default, FunctionValue | ClassValue)), "")


def unsettled(params: Iterable[Param]) -> str:
    """The first one whose marker is its default, or has a default that belongs behind ``=``."""
    return next((param.name for param in params if _is_unsettled(param)), "")


def _is_unsettled(param: Param) -> bool:
    marker = param.marker
    if not isinstance(marker, ParamMarker):
        return False
    return param.initial is None if param.marker_in_default else marker.default is not None
