"""See ``rules/FLT212-jwt-insecure-decode.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.tokens import unverified
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Tokens that are believed although nobody looks at their signature."""
    for found in unverified(project):
        yield Problem(
            found.site.span,
            f"nothing looks at the signature of `{found.input.key}`: whoever writes a token "
            "is whom it says",
            "decode it with the key and `algorithms=[…]`",
            related=found.where.way(found.input, "the token"),
            affected=found.where.affected,
        )
