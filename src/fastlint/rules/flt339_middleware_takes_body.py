"""See ``rules/FLT339-middleware-takes-body.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.taken_away import taken_away
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``await request.form()`` before ``await call_next(request)``."""
    for each in taken_away(project):
        handler = each.route.handler
        yield Problem(
            each.site.span,
            f"`{each.written}` takes the body from the stream: nothing of it is left for what "
            f"comes after, such as `{each.route.label}`, which answers 422",
            "read `await request.body()`, which is given again to what comes after",
            (Related(each.route.span, "asks for the body"),),
            () if handler is None else (handler.id,),
        )
