"""See ``rules/FLT106-blocking-startup.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity
from fastlint.model.calls import ways
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Calls that keep the event loop waiting in a lifespan or a handler of start-up or shutdown."""
    told = {each.span for each in project.blocked}
    for each in project.blocked_at_start:
        if each.blocking.kind == "loop" or each.span in told:
            continue  # another rule's matter
        if each.severity(project.settings) is not Severity.INFO:
            yield Problem(
                each.span,
                ways.message(each),
                ways.advice(each, each.mend, project.settings),
                ways.steps(each),
            )
