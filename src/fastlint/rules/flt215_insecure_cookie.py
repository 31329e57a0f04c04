"""See ``rules/FLT215-insecure-cookie.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.security.cookies import unprotected
from fastlint.rule import check

_THEN = {
    "httponly": "any script of the page can read it",
    "secure": "it is sent over plain HTTP as well",
}


_BY_NAME = 7
"""Arguments of ``set_cookie`` before the flags: key, value, max_age, expires, path, domain, after
the response itself."""


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Cookies of sessions and tokens without ``httponly`` or ``secure``."""
    for found in unprotected(project):
        if project.module(found.function.path).is_test:
            continue
        flags = " and ".join(f"`{flag}`" for flag in found.missing)
        yield Problem(
            found.site.span,
            f"the cookie `{found.name}` is set without {flags}: "
            + ", and ".join(_THEN[flag] for flag in found.missing),
            f"set it with {' and '.join(f'`{flag}=True`' for flag in found.missing)}",
            affected=project.reach.handlers(found.function),
            data=found.missing,
            fixable=len(found.site.args) <= _BY_NAME,
            withheld="the flags are given by position",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``httponly=True``, ``secure=True``. Unsafe: a script, or plain HTTP, may be counted upon."""
    changed = edits.set_keywords(syntax, problem.span, [(flag, "True") for flag in problem.data])
    title = f"Set it with {' and '.join(f'`{flag}=True`' for flag in problem.data)}"
    return edits.offer(title, changed, safe=False)
