"""See ``rules/FLT218-credentials-in-query.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.client_texts import is_text
from fastlint.model.security.secret_names import sent_as_credential
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Passwords and keys that a client has to write into the address."""
    if route.kind != "http" or project.module(route.span.path).is_test:
        return
    for _, _, param in route.signatures:
        name = param.alias
        if param.source != "query" or not is_text(param.type):
            continue
        if name is None or not sent_as_credential(name):
            continue
        meant = "" if param.marker else ", as FastAPI reads it there where nothing else is said"
        yield Problem(
            param.span,
            f"`{name}` is a part of the address{meant}: it ends up in logs, histories and caches",
            "take it from the body (`Form()`, a model), from a header, or from a security scheme",
            affected=(route.handler.id,) if route.handler else (),
        )
