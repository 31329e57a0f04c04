"""See ``rules/FLT108-engine-per-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.lifetimes.per_request import made_per_request
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = (
    "`{}` makes a pool of connections each time that {} runs: none is ever used again, and the "
    "database runs out of them"
)
_HELP = (
    "make one when the program starts, at module level or in the lifespan, and open a session of "
    "it for each request"
)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``create_engine`` in a handler or dependency."""
    for each in made_per_request(project, "engines"):
        message = _WHAT.format(each.shown, each.where)
        yield Problem(each.span, message, _HELP, each.way, each.handlers)
