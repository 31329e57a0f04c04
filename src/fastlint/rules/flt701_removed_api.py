"""See ``rules/FLT701-removed-api.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.migration import changed_defaults
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Uses of what a library that the project runs with no longer has."""
    unsettled = _unsettled(project)
    for each in project.outdated:
        if each.change.state == "removed":
            waits_for = unsettled if each.is_of_pydantic_1 else ""
            why = f": {each.change.why}" if each.change.why else ""
            message = f"`{each.written}` was removed in {each.release}{why}"
            yield Problem(
                each.span,
                message,
                each.instead,
                data=each.mending,
                fixable=each.change.mend != "none" and not waits_for,
                withheld=waits_for or each.withheld,
                severity=None if each.change.certain else Severity.WARNING,
            )


def _unsettled(project: Project) -> str:
    """What has to be settled while the code still shows that it is for pydantic 1; "" for nothing.

    Once it runs with pydantic 2, nothing tells the fields that have lost a default from those
    that are required on purpose. For those that only a person can give one, nothing waits.
    """
    lost = (each for each in changed_defaults(project) if not each.is_type)
    fields = [f"`{each.model}.{each.field.name}`" for each in lost]
    if not fields:
        return ""
    more = f" and {len(fields) - 1} more" if len(fields) > 1 else ""
    return (
        f"{fields[0]}{more} would lose the default None with nobody noticing; first do what "
        "`fastlint check --extend-select FLT704` (`changed-api`) says"
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """What is written instead, where it only has another name or stands elsewhere."""
    mend, new, call, uses, safe = problem.data
    changed = edits.modernise(syntax, problem.span, mend, new, call=call, uses=uses)
    title = problem.help[:1].upper() + problem.help[1:]
    return edits.offer(title, changed, safe=safe)
