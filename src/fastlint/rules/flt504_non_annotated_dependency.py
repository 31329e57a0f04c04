"""See ``rules/FLT504-non-annotated-dependency.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ParamMarker
from fastlint.model.project import Project
from fastlint.model.serving.ordering import arrangement, can_move, in_the_way
from fastlint.model.serving.overlooked import may_be_overlooked
from fastlint.model.serving.parameters import Param
from fastlint.rule import check

_SHOWN = 3


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Functions that FastAPI calls, with markers as the defaults of their parameters."""
    found: dict[Span, tuple[Function, tuple[Param, ...], dict[str, Param]]] = {}
    for route in project.operations:
        for function, dependency, param in route.signatures:
            if param.marker_in_default and can_move(function, param, project):
                every = tuple(dependency.params if dependency else route.params)
                found.setdefault(function.span, (function, every, {}))[2][param.name] = param
    for function, every, params in found.values():
        if not project.module(function.path).is_test:
            yield _problem(function, every, params, project)


def _problem(
    function: Function, every: Sequence[Param], params: dict[str, Param], project: Project
) -> Problem:
    listed = [f"`{name}`" for name in params]
    more = f" and {len(listed) - _SHOWN} more" if listed[_SHOWN:] else ""
    shown = ", ".join(listed[:_SHOWN]) + more
    markers = list(dict.fromkeys(f"{_kind(param)}(…)" for param in params.values()))
    which = " and ".join(f"`{marker}`" for marker in markers[:_SHOWN])
    as_ = "has {} as its default" if len(listed) == 1 else "have {} as their defaults"
    alone = function.is_only_registered and not project.references.is_used(function)
    more_is_checked = any(map(may_be_overlooked, params.values()))
    return Problem(
        next(iter(params.values())).span,
        f"{shown} of `{function.name}` {as_.format(which)}",
        f"write `Annotated[<type>, {markers[0]}]`, and keep the default for what really is one",
        affected=(function.id,),
        data=(
            *(function.span, tuple(params), alone and not more_is_checked, more_is_checked),
            arrangement(function, every, project),
        ),
        fixable=not in_the_way(every),
        withheld=in_the_way(every),
        also=(function.name_span, *(param.span for param in params.values())),
    )


def _kind(param: Param) -> str:
    if isinstance(param.marker, ParamMarker):
        return param.marker.kind
    return "Security" if param.marker is not None and param.marker.is_security else "Depends"


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``db: Session = Depends(f)`` -> ``db: Annotated[Session, Depends(f)]``."""
    span, params, safe, more_is_checked, order = problem.data
    title = "Move it into `Annotated`"
    title += ", where all that its type demands is checked" if more_is_checked else ""
    first: edits.Order = "refuse" if order == "star" else order
    changed = edits.annotate_parameters(syntax, span, params, order=first)
    if first != order and not isinstance(changed, tuple):
        title += ", and take by name alone what then follows a default"
        changed = edits.annotate_parameters(syntax, span, params, order=order)
    return edits.offer(title, changed, safe=safe)
