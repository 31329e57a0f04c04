"""See ``rules/FLT210-cors-misconfigured.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.values import Const
from fastlint.model.project import Project
from fastlint.model.security.cors import Cors, Mistake, cors, mistake, written
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Origins that no browser sends, and a text where a list of origins belongs."""
    for each in cors(project):
        if project.module(each.middleware.span.path).is_test:
            continue
        yield from _of_text(each)
        for text in each.texts:
            found = mistake(str(text.value))
            if found is not None:
                yield _of_origin(each, found, project)


def _of_text(each: Cors) -> Iterator[Problem]:
    given = each.origins
    text = given.value if isinstance(given, Const) and isinstance(given.value, str) else ""
    origins = tuple(text.replace(",", " ").split())
    if origins and text != "*":
        yield Problem(
            each.middleware.span,
            f"`allow_origins` is a text, and each part of it is let in as well, such as "
            f"`{origins[0][:-1]}`",
            "write a list of origins",
            data=("list", origins),
        )


def _of_origin(each: Cors, found: Mistake, project: Project) -> Problem:
    place = written(project, each.middleware.span.path, found.origin)
    help_ = f'write "{found.instead}"' if found.instead else "write it as browsers send it"
    if "*" in found.origin:
        help_ = "list each origin, or describe them with `allow_origin_regex`"
    elif not found.instead:
        help_ = f'write "https://{found.origin.rstrip("/")}", or "http://…" where it is served so'
    return Problem(
        place or each.middleware.span,
        f'no page comes from the origin "{found.origin}": {found.why}',
        help_,
        data=("text", found.origin, found.instead),
        fixable=place is not None and bool(found.instead),
        withheld="it is not written out here as one text" if found.instead else "",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """The origin as browsers send it; a list of one origin for its text."""
    if problem.data[0] == "list":
        changed = edits.list_text(syntax, problem.span, "allow_origins", problem.data[1])
        return edits.offer("Write a list", changed, safe=True)
    _, before, after = problem.data
    changed = edits.replace_literal(syntax, problem.span, before, after)
    return edits.offer("Write the origin as browsers send it", changed, safe=True)
