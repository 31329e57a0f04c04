"""See ``rules/FLT211-cors-not-outermost.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.security.cors import answers_before
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Middleware around ``CORSMiddleware`` that answers by itself."""
    found = tuple(answers_before(project))
    for cors, outer, answer in found:
        is_alone = sum(each.span == outer.span for _, each, _ in found) == 1
        if project.module(cors.span.path).is_test:
            continue
        yield Problem(
            cors.span,
            "what is added after it answers before it is asked: such an answer has no CORS "
            "headers, so a page of another origin cannot read it, and preflights may fail",
            "add `CORSMiddleware` last: what is added last comes first",
            related=(
                Related(outer.span, "this is added later, so it comes before"),
                Related(answer, "and answers by itself here"),
            ),
            data=outer.span,
            fixable=outer.span.path == cors.span.path and is_alone,
            withheld="it is added in another file" if is_alone else "there is another like it",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Add it after the one that answers before it."""
    changed = edits.move_below(syntax, problem.span, problem.data)
    return edits.offer("Add it later", changed, safe=False)
