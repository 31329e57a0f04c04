"""See ``rules/FLT107-client-per-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.lifetimes.per_request import made_per_request
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = (
    "`{}` makes a client each time that {} runs, and with it new connections: none is used twice"
)
_HELP = (
    "make one in the lifespan and give it to handlers with a dependency, so that its connections "
    "stay open"
)


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``httpx.AsyncClient()`` in a handler or dependency."""
    for each in made_per_request(project, "clients"):
        message = _WHAT.format(each.shown, each.where)
        yield Problem(each.span, message, _HELP, each.way, each.handlers)
