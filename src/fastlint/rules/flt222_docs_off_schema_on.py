"""See ``rules/FLT222-docs-off-schema-on.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.docs_pages import schema_left_on
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Apps whose documentation is off, and whose schema is not."""
    for app in schema_left_on(project):
        if not project.module(app.span.path).is_test:
            yield Problem(
                app.span,
                "the pages of the documentation are off, and `/openapi.json` still tells everybody "
                "all routes and models",
                "switch it off as well with `openapi_url=None`, which switches off the pages too",
            )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``openapi_url=None``. Unsafe: somebody may read the schema."""
    pages = ("docs_url", "redoc_url")
    changed = edits.set_keywords(syntax, problem.span, [("openapi_url", "None")], behind=pages)
    return edits.offer("Switch the schema off", changed, safe=False)
