"""See ``rules/FLT703-deprecated-api.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.migration.expected import Expected
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Uses of what a library that the project runs with will remove."""
    expected = Expected(project)
    for each in project.outdated:
        if each.change.state == "deprecated" and not expected.holds(each.span):
            why = f": {each.change.why}" if each.change.why else ""
            message = f"`{each.written}` is deprecated since {each.release}{why}"
            yield Problem(
                each.span,
                message,
                each.instead,
                data=each.mending,
                fixable=each.change.mend != "none",
                withheld=each.withheld,
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """What is written instead, where it only has another name or stands elsewhere."""
    mend, new, call, uses, safe = problem.data
    changed = edits.modernise(syntax, problem.span, mend, new, call=call, uses=uses)
    title = problem.help[:1].upper() + problem.help[1:]
    return edits.offer(title, changed, safe=safe)
