"""See ``rules/FLT420-narrow-http-exception-handler.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.handled import unknown_paths_are_answered
from fastlint.model.answers.narrow_handlers import narrow_handlers
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``@app.exception_handler(fastapi.HTTPException)``"""
    index = project.modules_index
    found = [
        each
        for module in project.modules
        if not module.is_test and index.mentions(module.path, b"exception_handler")
        for each in narrow_handlers(module)
    ]
    if not found or not all(is_narrow for _span, is_narrow in found):
        return  # somewhere all of them are answered
    if unknown_paths_are_answered(project):
        return
    for span, _is_narrow in found:
        yield Problem(
            span,
            "the 404 of an unknown path and the 405 of a wrong method are Starlette's "
            "`HTTPException`, and do not come here: they keep FastAPI's own form",
            "register `starlette.exceptions.HTTPException`, from which FastAPI's derives",
        )
