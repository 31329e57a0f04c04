"""A route that nothing guards, in the midst of routes that are guarded."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.security.bypasses import bypasses, open_sockets
from fastlint.model.security.gaps import gaps
from fastlint.rule import check

_SHOWN = 3


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Open routes whose neighbours say that they should not be open."""
    for gap in gaps(project):
        handler = gap.route.handler
        guard = _last(gap.guard)
        yield Problem(
            gap.route.span,
            f"`{gap.route.label}` is open, and `{guard}` guards each of its "
            f"{len(gap.neighbours)} neighbours",
            f"let it depend on `{guard}` as well, or list the path under `public-paths`",
            related=tuple(
                Related(each.span, f"`{each.label}` is guarded by `{guard}`")
                for each in gap.neighbours[:_SHOWN]
            ),
            affected=(handler.id,) if handler else (),
        )
    for found in bypasses(project):
        guard = _last(found.guard)
        yield Problem(
            found.span,
            f"{found.what} is open: the dependencies of the app `{found.app.id}`, such as "
            f"`{guard}`, do not run for it",
            found.instead,
            related=(Related(found.app.span, "its dependencies run for path operations alone"),),
            affected=found.affected,
        )
    for socket in open_sockets(project):
        handler = socket.route.handler
        yield Problem(
            socket.route.span,
            f"`{socket.route.label}` is open: the middleware `{_last(socket.guard)}` runs for HTTP "
            "requests alone",
            "let it depend on what looks at the credentials, or do so in the handler",
            affected=(handler.id,) if handler else (),
        )


def _last(name: str) -> str:
    inner = name.rpartition(":")[2].partition(".<locals>")[0]
    return inner.rpartition(".")[2]
