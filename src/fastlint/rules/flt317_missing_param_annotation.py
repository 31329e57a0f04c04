"""See ``rules/FLT317-missing-param-annotation.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.import_lines import Wanted
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.untyped import Untyped, untyped
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Parameters that FastAPI would fill in, if it knew their type."""
    for each in project.inputs:
        found = untyped(each)
        if found is not None:
            yield _problem(each, found)


def _problem(each: Input, found: Untyped) -> Problem:
    name = each.param.name
    used = f"is used as an object (`.{found.attribute}`)" if found.attribute else "is not used"
    return Problem(
        each.param.span,
        f"`{name}` has no type and {used}: to FastAPI it is a required query parameter",
        f"write `{name}: {found.kind}`"
        if found.kind
        else f"write its type, with `Depends(…)` where a dependency makes `{name}`",
        each.way(),
        each.handlers,
        data=(each.param.span, found.kind),
        fixable=bool(found.kind and found.attribute),
        withheld="what it is made for cannot be told",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``request`` -> ``request: Request``, with the import."""
    span, kind = problem.data
    changed = edits.append_imported(syntax, span, ": ", Wanted("fastapi", kind))
    return edits.offer(f"Say that it is a `{kind}`", changed, safe=True)
