"""``@app.get`` without the call: a decorator that does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.serving.decorating import bare
from fastlint.rule import check

_OTHERS = {
    "exception_handler": ("exception handler", "MyError"),
    "middleware": ("middleware", '"http"'),
    "on_event": ("event handler", '"startup"'),
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Functions that were given to ``app.get`` in the place of a path."""
    for span, written, name in bare(project):
        if project.module(span.path).is_test:
            continue
        what, argument = _OTHERS.get(written.rpartition(".")[2], ("route", '"/path"'))
        yield Problem(
            span,
            f"`{written}` is not called: it takes `{name}` for its argument, and no {what} is "
            "registered",
            f"write `{written}({argument})`",
        )
