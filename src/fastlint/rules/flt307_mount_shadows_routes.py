"""See ``rules/FLT307-mount-shadows-routes.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Span
from fastlint.model.project import Project
from fastlint.model.serving.hidden import Hidden
from fastlint.rule import check

_SHOWN = 5


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Mounts before what they swallow, and mounts behind what swallows them."""
    behind: dict[tuple[Span, str | None], list[Hidden]] = {}
    for found in project.hidden:
        if found.by.kind == "mount":
            behind.setdefault((found.by.span, found.by.path), []).append(found)
        elif found.slot.kind == "mount":
            yield Problem(
                found.slot.span,
                f"`{found.by.label()}` comes first and answers every GET below "
                f"`{found.slot.path}`: what is mounted there is never asked",
                "mount it before that route",
                related=found.trail,
            )
    for (span, path), routes in behind.items():
        yield _swallowing(span, path or "/", routes)


def _swallowing(span: Span, path: str, routes: list[Hidden]) -> Problem:
    first = routes[0].label
    others = f" and {len(routes) - 1} more" if len(routes) > 1 else ""
    below = "everything" if path == "/" else f"everything below `{path.rstrip('/')}/`"
    return Problem(
        span,
        f"this mount answers {below}: `{first}`{others}, registered after it, "
        f"{'are' if others else 'is'} never reached",
        "mount it after them",
        related=tuple(
            Related(each.slot.span, f"`{each.label}` is never reached") for each in routes[:_SHOWN]
        ),
        affected=tuple(handler for each in routes for handler in each.affected),
    )
