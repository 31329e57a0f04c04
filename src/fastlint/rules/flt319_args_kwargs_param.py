"""See ``rules/FLT319-args-kwargs-param.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.following.values import FunctionValue, Registrar
from fastlint.model.project import Project
from fastlint.model.serving.decorating import changed, hiding
from fastlint.model.serving.inputs import Input
from fastlint.rule import check

_STARS = {"*args": "*", "**kwargs": "**"}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``*args``, ``**kwargs`` and positional-only parameters of what FastAPI calls."""
    for each in project.inputs:
        param = each.param
        if _is_wrapper(each):
            continue  # what it wraps may be all that FastAPI sees; else see `wrapper-without-wraps`
        if param.facts.kind in _STARS:
            hidden = hiding(each.function.value, project)  # which says where it is mended
            is_seen = hidden is None and not changed(each.function.value)
            if param.marker is None and param.source == "query" and is_seen:
                yield _stars(each, _STARS[param.facts.kind])
        elif param.facts.kind == "positional-only" and param.source != "unknown":
            yield Problem(
                param.span,
                f"`{param.name}` is positional-only, and FastAPI passes everything by name: every "
                "request fails with 500",
                "take the `/` out of the signature",
                each.way(),
                each.handlers,
            )


def _is_wrapper(each: Input) -> bool:
    """Whether the function stands in another one, and something else than a route decorates it."""
    called = each.dependency.callable if each.dependency else each.routes[0].entry.handler
    if "<locals>" not in each.function.facts.qualname or not isinstance(called, FunctionValue):
        return False
    return any(not isinstance(by, Registrar) for by in called.decorators)


def _stars(each: Input, stars: str) -> Problem:
    name = each.param.name
    return Problem(
        each.param.span,
        f"`{stars}{name}` is a required query parameter named `{name}` to FastAPI: every request "
        "without it is refused with 422",
        "name the parameters that the request brings",
        each.way(),
        each.handlers,
    )
