"""See ``rules/FLT522-uvicorn-run-object.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Edit, Fix, Problem
from fastlint.fixes.syntax import Syntax
from fastlint.model.lifetimes.served_objects import unnamed
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``uvicorn.run(app, reload=True)``"""
    for each in unnamed(project):
        yield Problem(
            each.span,
            f"with `{each.option}` uvicorn wants the name of the app, not the app: it says so and "
            "ends at once",
            f'write `"{each.name}"`' if each.name else 'write `"module:app"`',
            data=each.name,
            fixable=bool(each.name),
        )


def fix(problem: Problem, syntax: Syntax) -> Fix | None:
    """``uvicorn.run(app, …)`` -> ``uvicorn.run("main:app", …)``"""
    edit = Edit(problem.span, f'"{problem.data}"')
    return Fix(f'Write `"{problem.data}"`', (edit,), safe=False)
