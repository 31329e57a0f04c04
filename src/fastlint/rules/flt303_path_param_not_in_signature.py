"""See ``rules/FLT303-path-param-not-in-signature.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Severity, Span
from fastlint.model.following.functions import Function
from fastlint.model.project import Project
from fastlint.model.serving.path_use import (
    answers_any_alike,
    misnamed,
    names_read,
    placeholders,
    prefixes,
)
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Names of the path that nothing reads, not even under another name."""
    used: dict[tuple[Span, str], set[str] | None] = {}
    for route in project.routes:
        if route.path is None or route.own_path is None or project.module(route.span.path).is_test:
            continue
        read = names_read(route, project)
        for span, prefix in prefixes(route):
            for name in placeholders(prefix):
                known = used.setdefault((span, name), set())
                if read is None or name in read or misnamed(route, name):
                    used[span, name] = None
                elif known is not None and route.handler is not None:
                    known.add(route.handler.id)
        handler = route.handler
        if read is None or handler is None or handler.is_stub or answers_any_alike(route):
            continue
        for name, convertor in placeholders(route.own_path).items():
            if name not in read and convertor != "path" and not misnamed(route, name):
                yield _unread(route, handler, name)
    for (span, name), handlers in used.items():
        if handlers:
            message = f"`{{{name}}}` of this prefix is read by no handler and no dependency"
            help_ = f"declare `{name}` where it is needed, or in a dependency of the router"
            yield Problem(span, message, help_, affected=tuple(handlers), severity=Severity.INFO)


def _unread(route: Route, handler: Function, name: str) -> Problem:
    return Problem(
        route.span,
        f"`{{{name}}}` of the path is read neither by `{handler.name}` nor by a dependency",
        f"add a parameter `{name}` to the handler, or to one of its dependencies",
        affected=(handler.id,),
    )
