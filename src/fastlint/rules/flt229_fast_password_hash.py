"""See ``rules/FLT229-fast-password-hash.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.fast_hashes import fast_hashes
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Passwords that are hashed with what hashes files."""
    for function, site, name in fast_hashes(project):
        if not project.module(function.path).is_test:
            yield Problem(
                site.span,
                f"`{name}` is made to be fast: whoever reads such hashes of passwords tries "
                "billions of passwords a second",
                "hash them with `argon2`, `bcrypt` or `pwdlib`, which take their time and bring "
                "a salt of their own",
                affected=project.reach.handlers(function),
            )
