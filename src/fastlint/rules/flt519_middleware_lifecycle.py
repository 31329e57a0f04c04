"""Middleware that is added too late."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.lifespans import late_middleware
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``add_middleware`` at startup."""
    for site, function in late_middleware(project):
        if not project.module(site.path).is_test:
            yield Problem(
                site.span,
                "middleware is added when the app has been started: Starlette raises "
                "`RuntimeError`, and the app stops",
                "add it where the app is made",
                related=(Related(function.name_span, f"`{function.name}` runs at startup"),),
            )
