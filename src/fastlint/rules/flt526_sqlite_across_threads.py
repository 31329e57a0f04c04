"""See ``rules/FLT526-sqlite-across-threads.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.thread_bound import used_elsewhere
from fastlint.model.project import Project
from fastlint.rule import check

_RUNS = {True: "on the event loop", False: "in a thread of the pool"}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """A connection of SQLite for a function of the other kind."""
    for each in used_elsewhere(project):
        made, user = each.dependency.function, each.user
        yield Problem(
            each.site.span,
            f"the connection is made {_RUNS[made.is_async]} and used {_RUNS[user.is_async]}: "
            "SQLite refuses that, and the client gets 500",
            "pass `check_same_thread=False`; one request at a time uses it",
            (
                Related(made.name_span, f"`{made.name}` runs {_RUNS[made.is_async]}"),
                Related(each.use, f"`{user.name}` runs {_RUNS[user.is_async]}"),
            ),
            tuple(route.handler.id for route in each.dependency.routes if route.handler),
        )
