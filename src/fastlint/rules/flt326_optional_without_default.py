"""See ``rules/FLT326-optional-without-default.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following import classes
from fastlint.model.following.values import NONE, ParamMarker
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.ordering import unsettled
from fastlint.model.serving.parameters import is_required
from fastlint.rule import check

_TEXTS = frozenset({"query", "header", "cookie", "form"})
"""Where there is no way to say null."""


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Parameters that may be None, which no request can say."""
    found: dict[Span, list[Input]] = {}
    for each in project.inputs:
        if each.param.source in _TEXTS and _is_left_open(each):
            found.setdefault(each.function.span, []).append(each)
    for function, together in found.items():
        params = [each.param for each in together]
        order = "refuse" if project.references.is_used(together[0].function) else "move"
        places = tuple((param.name, _end(param.annotation_span)) for param in params)
        yield from (_problem(each, (function, places, order)) for each in together)


def _problem(each: Input, data: object) -> Problem:
    param, other = each.param, unsettled(each.siblings)
    return Problem(
        param.span,
        f"`{param.name}` may be None, but is required: a {param.source} cannot say null, and a "
        "request without it is refused with 422",
        "give it the default None; a parameter that must be there needs no `None`",
        each.way(),
        each.handlers,
        data=data,
        fixable=not other,
        withheld=f"first settle where the default of `{other}` belongs",
    )


def _end(span: Span) -> Span:
    return Span(span.path, span.end_line, span.end_column, span.end_line, span.end_column)


def _is_left_open(each: Input) -> bool:
    """Whether None is one of several types, and nothing says that a value is needed."""
    param = each.param
    marker = param.marker if isinstance(param.marker, ParamMarker) else None
    if marker is not None and (
        param.marker_in_default
        or marker.default is not None
        or "default_factory" in marker.keywords
    ):
        return False
    kinds = classes.members(param.type)
    return (
        param.has_annotation
        and param.facts.kind in ("ordinary", "keyword-only")
        and NONE in kinds
        and len(kinds) > 1
        and is_required(param) is True
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``word: str | None`` -> ``word: str | None = None``."""
    function, places, order = problem.data
    defaults = {name: (place, "None") for name, place in places}
    changed = edits.move_defaults(syntax, function, defaults, order=order)
    return edits.offer("Give it the default None", changed, safe=False)
