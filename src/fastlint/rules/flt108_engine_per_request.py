"""See ``rules/FLT108-engine-per-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.per_request import made_per_request
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
def run(_: Project, project: Project) -> Iterator[Problem]:
    """``create_engine`` in a handler or dependency."""
    for each in made_per_request(project, "engines"):
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
