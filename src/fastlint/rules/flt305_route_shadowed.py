"""See ``rules/FLT305-route-shadowed.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.hidden import Hidden
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Routes behind a route with a wider path."""
    for found in project.hidden:
        if found.is_mount or found.is_same_path or found.is_same_handler:
            continue
        yield Problem(
            found.slot.span,
            f"`{found.label}` is never reached: `{found.by.label()}` comes first and answers it",
            "register it before the wider one, or let that one match less, as `{id:int}` does",
            related=found.trail,
            affected=found.affected,
            data=(place := _places(found)),
            fixable=place is not None,
            withheld="the two are not plain handlers of one router in one file",
        )


def _places(found: Hidden) -> tuple[Span, Span] | None:
    """Both handlers, where they stand in one file and each is decorated with its own route."""
    spans = []
    for slot in (found.slot, found.by):
        handler = slot.route.handler if slot.route else None
        if (
            handler is None
            or handler.path != found.slot.span.path
            or slot.router is not found.by.router
        ):
            return None
        facts = handler.facts
        if not facts.first_line <= slot.span.line < facts.line or len(facts.decorators) != 1:
            return None
        spans.append(handler.name_span)
    return spans[0], spans[1]


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Move the handler of the narrow path above that of the wide one."""
    changed = edits.move_above(syntax, *problem.data)
    return edits.offer("Move it above", changed, safe=False)
