"""See ``rules/FLT604-orm-object-not-read.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.shapes.unread_objects import unread
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``Model.model_validate(row)`` without ``from_attributes``."""
    for each in unread(project):
        if not project.module(each.function.path).is_test:
            yield Problem(
                each.span,
                f"`{each.model}` reads dictionaries, and `{each.table}` is an object: pydantic "
                "refuses it, and the client gets 500",
                f"give `{each.model}` `model_config = ConfigDict(from_attributes=True)`, or return "
                "the object and let the return type do it",
                affected=project.reach.handlers(each.function),
                fixable=each.is_call,
                withheld="the model has to be told",
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``UserOut.model_validate(user, from_attributes=True)``."""
    changed = edits.set_keywords(syntax, problem.span, [("from_attributes", "True")])
    return edits.offer("Let it read the object's attributes", changed, safe=True)
