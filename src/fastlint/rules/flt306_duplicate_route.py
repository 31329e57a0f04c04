"""See ``rules/FLT306-duplicate-route.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.following.values import FunctionValue
from fastlint.model.project import Project
from fastlint.model.serving.hidden import Hidden
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Routes behind a route with the same path, and routers that are included twice."""
    for found in project.hidden:
        if found.is_mount or not found.is_same_path:
            continue
        if found.slot.entry is found.by.entry:
            yield from _included_twice(found)
        elif not found.is_same_handler:
            yield Problem(
                found.slot.span,
                f"`{found.label}` is never reached: {_answering(found)}",
                "remove one of the two, or give it a method or path of its own",
                related=found.trail,
                affected=found.affected,
            )


def _answering(found: Hidden) -> str:
    if found.by.entry is None:
        return "FastAPI's own documentation has this path, and comes first"
    by = found.by.handler
    name = f"`{by.facts.name}`" if isinstance(by, FunctionValue) else "another handler"
    return f"{name} has the same method and path, and comes first"


def _included_twice(found: Hidden) -> Iterator[Problem]:
    # The innermost of them: what is around may be two routers.
    for first, second in zip(found.by.includes[::-1], found.slot.includes[::-1], strict=False):
        if first is not second and first.span != second.span:
            yield Problem(
                second.span,
                "the same router is included a second time under the same path",
                "include it once, or under another prefix",
                related=(Related(first.span, "it is included here already"),),
                severity=Severity.WARNING,
            )
            return
