"""See ``rules/FLT224-jwt-sub-not-str.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.token_subjects import numbered
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Tokens that nobody can decode, as their subject is a number."""
    for function, subject in numbered(project):
        if not project.module(function.path).is_test:
            yield Problem(
                function.at(subject),
                "`sub` is a number, and a token with one is refused when it is decoded: nobody who "
                "logs in here gets any further",
                "write `str(...)` around it, and make a number of it again after decoding",
                affected=project.reach.handlers(function),
            )
