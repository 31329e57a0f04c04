"""See ``rules/FLT107-client-per-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.per_request import made_per_request
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
def run(_: Project, project: Project) -> Iterator[Problem]:
    """``httpx.AsyncClient()`` in a handler or dependency."""
    for each in made_per_request(project, "clients"):
        first = each.served[0]
        routes = [route for served in each.served for route in served.routes]
        handlers = dict.fromkeys(route.handler.id for route in routes if route.handler)
        where = f"the {first.kind} `{first.function.name}`"
        start = Related(first.function.name_span, f"{where} runs for each request")
        legs = [Related(span, f"it calls `{called.name}`") for span, called in each.trail]
        yield Problem(
            each.span,
            _WHAT.format(each.shown, where),
            _HELP,
            (start, *legs),
            tuple(handlers),
        )
