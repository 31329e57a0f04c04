"""Middleware that is added too late, or answers nothing."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifespans import answerless, late_middleware
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """``add_middleware`` at startup, and middleware without ``return``."""
    for site, function in late_middleware(project):
        if not project.module(site.path).is_test:
            yield Problem(
                site.span,
                "middleware is added when the app has been started: Starlette raises "
                "`RuntimeError`, and the app stops",
                "add it where the app is made",
                related=(Related(function.name_span, f"`{function.name}` runs at startup"),),
            )
    for function in answerless(project):
        if not project.module(function.path).is_test:
            yield Problem(
                function.name_span,
                f"`{function.name}` is middleware and returns no response: every request ends "
                "with 500",
                "`return await call_next(request)`, or the response that this gave",
            )
