"""See ``rules/FLT223-token-url-mismatch.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.security.token_urls import astray
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Schemes that send whoever wants a token to a path that nobody answers."""
    for each in astray(project):
        if project.module(each.span.path).is_test:
            continue
        path = (each.login.path or "").lstrip("/")
        yield Problem(
            each.span,
            f"`tokenUrl` is `{each.url}`, which no route answers: nobody can log in from the "
            "documentation, nor a client that was made from the schema",
            f"the route that gives tokens is `{path}`",
            (Related(each.login.span, f"`{each.login.label}` gives tokens"),),
        )
