"""FLT403 return-http-exception."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.model.answers.unraised import unraised
from fastlint.model.calls.reach import Reached
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_THEN = {
    "handler": "the client gets status 200 with the exception as the body",
    "dependency": "the request goes on, with the exception as what the dependency gives",
    "": "the caller goes on, with the exception as the result",
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Exceptions that are handed to the caller as if they were results."""
    for found in unraised(project):
        reached = found.reached
        then = _THEN["" if reached.trail else reached.root.kind]
        yield Problem(
            reached.function.at(found.node),
            f"`{found.name}` is returned, not raised: {then}",
            "raise it: FastAPI turns only exceptions that are raised into error responses",
            related=tuple(_trail(reached)),
            affected=_handlers(reached, project),
            fixable=not found.is_caught,
            withheld="what stands around it would catch it",
        )


def _trail(reached: Reached) -> Iterator[Related]:
    root = reached.root
    if reached.trail:
        yield Related(root.function.name_span, f"{root.kind} `{root.function.name}`")
        for site in reached.trail:
            yield Related(site.span, "calls on")


def _handlers(reached: Reached, project: Project) -> tuple[str, ...]:
    if reached.trail:
        return project.reach.handlers(reached.function)
    return tuple(dict.fromkeys(r.handler.id for r in reached.root.routes if r.handler))


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Write ``raise`` for ``return``."""
    changed = edits.return_to_raise(syntax, problem.span)
    return edits.offer("Raise the exception", changed, safe=True)
