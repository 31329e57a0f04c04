"""See ``rules/FLT109-async-session-concurrent.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.calls.at_once import at_once
from fastlint.model.project import Project
from fastlint.rule import check

_WHY = (
    "`{session}` is one `{kind}`, and `{starter}` has several coroutines use it at the same time, "
    "which it is not made for: it refuses them while it connects"
)
_HELP = "await one after the other, or open a session for each: `async with sessions() as session:`"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``gather(load(db), count(db))``"""
    for each in at_once(project):
        earlier = (Related(each.first, f"this one uses `{each.session}` as well"),)
        yield Problem(
            each.span,
            _WHY.format(session=each.session, kind=each.kind, starter=each.starter),
            _HELP,
            earlier if each.first != each.span else (),
            project.reach.handlers(each.function),
        )
