"""See ``rules/FLT227-plain-text-password.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.plain_passwords import plain_passwords
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Passwords of a table that are compared with what the client sends."""
    for found in plain_passwords(project):
        yield Problem(
            found.where.function.at(found.node),
            f"`{found.column}` is compared with what the client sends as it is, so the database "
            "holds passwords that whoever reads it can use",
            "store what `bcrypt`, `argon2` or `pwdlib` makes of a password, and let it compare",
            related=found.where.way(found.input),
            affected=found.where.affected,
        )
