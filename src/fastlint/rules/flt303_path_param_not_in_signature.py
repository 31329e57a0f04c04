"""See ``rules/FLT303-path-param-not-in-signature.md``."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from fastlint.findings import Problem, Severity, Span
from fastlint.model.functions import Function
from fastlint.model.parameters import Param, is_required
from fastlint.model.path_use import names_read, placeholders, prefixes
from fastlint.model.project import Project
from fastlint.model.routing import Route
from fastlint.rule import check

_ALIKE = 0.8


@check(Project)
def run(project: Project, _: Project) -> Iterator[Problem]:
    """Names of the path that nothing reads."""
    used: dict[tuple[Span, str], set[str] | None] = {}
    for route in project.routes:
        if route.path is None or route.own_path is None or project.module(route.span.path).is_test:
            continue
        read = names_read(route, project)
        for span, prefix in prefixes(route):
            for name in placeholders(prefix):
                known = used.setdefault((span, name), set())
                if read is None or name in read:
                    used[span, name] = None
                elif known is not None and route.handler is not None:
                    known.add(route.handler.id)
        handler = route.handler
        if read is not None and handler is not None and not handler.is_stub:
            for name, convertor in placeholders(route.own_path).items():
                if name not in read and convertor != "path":
                    yield _unread(route, handler, name)
    for (span, name), handlers in used.items():
        if handlers:
            message = f"`{{{name}}}` of this prefix is read by no handler and no dependency"
            help_ = f"declare `{name}` where it is needed, or in a dependency of the router"
            yield Problem(span, message, help_, affected=tuple(handlers), severity=Severity.INFO)


def _unread(route: Route, handler: Function, name: str) -> Problem:
    reader = f"neither by `{handler.name}` nor by a dependency"
    message = f"`{{{name}}}` of the path is read {reader}"
    meant = next((param for param in route.params if _is_meant(param, name)), None)
    if meant is None:
        return Problem(
            route.span,
            message,
            f"add a parameter `{name}` to the handler, or to one of its dependencies",
            affected=(handler.id,),
        )
    return Problem(
        route.span,
        f"{message}: `{meant.name}` is a query parameter that every request has to bring",
        f"give the two the same name: `{{{meant.name}}}` in the path, or `{name}` in the signature",
        affected=(handler.id,),
        severity=Severity.ERROR,
    )


def _is_meant(param: Param, name: str) -> bool:
    """Whether a required query parameter looks like the name of the path under another name."""
    if param.source != "query" or not is_required(param):
        return False
    one, other = (each.lower().replace("_", "") for each in (param.name, name))
    if one.startswith(other) or other.startswith(one) or one.endswith(other) or other.endswith(one):
        return True
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
