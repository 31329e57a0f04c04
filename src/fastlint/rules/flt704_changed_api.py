"""See ``rules/FLT704-changed-api.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.migration import changed_defaults, changed_urls
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Fields that pydantic 1 gave the default None, and those whose URLs were texts."""
    for each in changed_defaults(project):
        name = f"{each.model}.{each.field.name}"
        yield Problem(
            each.field.span,
            f"`{name}` may be None and had the default None; it has been required since "
            f"{each.change.release}",
            "give it the default None, where it may be left out",
            data=(each.place, each.written),
            fixable=not each.is_type,
            withheld="the name stands for a type in this class",
        )
    for url in changed_urls(project):
        yield Problem(
            url.field.span,
            f"`{url.model}.{url.field.name}` was a text as well; a `{url.type}` has been no `str` "
            f"since {url.change.release}",
            "write `str(...)` where a text is asked for: in a query, a template, a comparison",
            fixable=False,
            withheld="where it is used as a text is not known",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``note: str | None`` -> ``note: str | None = None``."""
    place, text = problem.data
    changed = edits.replace_text(syntax, place, text)
    return edits.offer("Give it the default None", changed, safe=False)
