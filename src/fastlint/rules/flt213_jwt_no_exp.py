"""See ``rules/FLT213-jwt-no-exp.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.endless import endless
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Tokens that say who somebody is, without an ``exp``."""
    for function, site in endless(project):
        if not project.module(function.path).is_test:
            yield Problem(
                site.span,
                "this token has no `exp`: it is valid for ever, for whoever gets hold of it",
                'give it an end: `"exp": datetime.now(UTC) + timedelta(minutes=30)`',
                affected=project.reach.handlers(function),
            )
