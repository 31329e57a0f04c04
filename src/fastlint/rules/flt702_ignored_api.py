"""See ``rules/FLT702-ignored-api.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.rule import check

_IGNORED = "`{}` has had no effect since {}"
_UNCALLED = "`{}` is called by neither pydantic nor FastAPI since {}"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Uses of what a library that the project runs with accepts and does not look at."""
    for each in project.outdated:
        if each.change.state == "ignored":
            why = f": {each.change.why}" if each.change.why else ""
            told = _UNCALLED if each.change.old.startswith("def ") else _IGNORED
            yield Problem(
                each.span,
                told.format(each.written, each.release) + why,
                each.instead,
                data=each.mending,
                fixable=each.change.mend != "none",
                withheld=each.withheld,
                severity=None if each.change.certain else Severity.WARNING,
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """What is written instead, where it only has another name or stands elsewhere."""
    mend, new, call, uses, safe = problem.data
    changed = edits.modernise(syntax, problem.span, mend, new, call=call, uses=uses)
    title = problem.help[:1].upper() + problem.help[1:]
    return edits.offer(title, changed, safe=safe)
