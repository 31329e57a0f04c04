"""``execute("SELECT 1")``: text where SQLAlchemy wants a statement."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.edits import Wanted
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.raw_sql import raw_sql
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Sessions and connections that are given plain text."""
    for found in raw_sql(project):
        if not project.module(found.span.path).is_test:
            yield Problem(
                found.span,
                f"`{found.written}` takes no plain text since SQLAlchemy 2.0: it raises an "
                "`ArgumentError`",
                "write `text(…)` around it, and pass values as bound parameters",
                fixable=found.is_literal,
                withheld="the text is not written out here in full",
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``text(…)`` around it."""
    changed = edits.wrap_in_call(syntax, problem.span, Wanted("sqlalchemy", "text", ("sqlmodel",)))
    return edits.offer("Wrap it in `text`", changed, safe=True)
