"""See ``rules/FLT335-request-body-reread.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.read_twice import read_again
from fastlint.model.project import Project
from fastlint.model.serving.inputs import way
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``await request.body()`` beside a form."""
    for each in read_again(project):
        handler = each.route.handler
        yield Problem(
            each.site.span,
            f"`{each.written}` finds the body read already, as this route takes a form: the client "
            "gets 500",
            "ask for what you need by `Form()` and `File()`, or read `await request.form()`",
            (*way(each.route, each.dependency), Related(each.form, "for this the form is read")),
            () if handler is None else (handler.id,),
        )
