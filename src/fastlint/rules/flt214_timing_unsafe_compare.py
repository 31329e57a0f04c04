"""See ``rules/FLT214-timing-unsafe-compare.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.security.guessing import guesses
from fastlint.model.security.missing_texts import sides_that_may_be_none
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Comparisons of a secret with a text of a request that end at the first difference."""
    for found in guesses(project):
        missing = sides_that_may_be_none(found, project)
        yield Problem(
            found.where.function.at(found.node),
            f"`{found.secret}` is compared with what the client sends, and the comparison takes "
            "the longer the more of it is right",
            "compare with `secrets.compare_digest`, which always takes as long",
            related=found.where.way(found.input),
            affected=found.where.affected,
            data=missing or (False, False),
            fixable=missing is not None,
            withheld="one of the two may be None, which has no `encode`",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``secrets.compare_digest`` of both as bytes. Unsafe: neither may be bytes already."""
    changed = edits.compare_digest(syntax, problem.span, problem.data)
    return edits.offer("Compare in constant time", changed, safe=False)
