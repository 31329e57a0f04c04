"""A session that is made while a module is loaded, so that all requests share it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.calls.reach import Use
from fastlint.model.calls.sessions import kind
from fastlint.model.lifetimes.shared import shared
from fastlint.model.project import Project
from fastlint.rule import check

_OPENS = re.compile(r"session|conn|cursor|next|db|database", re.IGNORECASE)
_MOST_SHOWN = 5
_WHY = {
    "session": "so one request's failed transaction and half-changed objects meet all others",
    "connection": "so they are all in one transaction, and wait for each other or break it",
    "cursor": "so one request reads or loses the rows of another",
}
_HELP = {
    "session": "make one for each request in a dependency: "
    "`with SessionLocal() as session: yield session`",
    "connection": "open one for each request in a dependency that yields it inside `with`, "
    "or take it from a pool",
    "cursor": "open connection and cursor for each request, in a dependency that yields them",
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Sessions, connections and cursors of modules and classes that some request uses."""
    for each in shared(project, _OPENS):
        what = kind(each.value, project.knowledge)
        if what is None:
            continue
        uses = list(project.reach.uses(each.value))
        if not uses:
            continue
        handlers = {name for use in uses for name in project.reach.handlers(use.reached.function)}
        yield Problem(
            each.span,
            f"`{each.name}` is one {what} for all requests, {_WHY[what]}",
            help=_HELP[what],
            related=tuple(_used(use) for use in uses[:_MOST_SHOWN]),
            affected=tuple(sorted(handlers)),
        )


def _used(use: Use) -> Related:
    function, root = use.reached.function, use.reached.root
    message = f"`{function.name}` uses it"
    if root.function is not function:
        message += f", called by `{root.function.name}`"
    if root.routes:
        message += f" for `{root.routes[0].label}`"
    elif root.function is function:
        message += f" as {root.kind}"
    return Related(use.span, message)
