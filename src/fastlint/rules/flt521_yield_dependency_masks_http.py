"""See ``rules/FLT521-yield-dependency-masks-http.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Span
from fastlint.model.lifetimes.masking import masking
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``except Exception: raise HTTPException(500)`` around ``yield``."""
    for each in masking(project):
        function, at = each.dependency.function, each.handler
        if not project.module(function.path).is_test:
            yield Problem(
                Span(function.path, at.line, at.column, at.line, at.column + len("except")),
                f"this `except` of `{function.name}` takes the handler's `HTTPException` too: the "
                "client gets the error that is raised here instead of its 404",
                "let `except HTTPException: raise` come first",
                (
                    Related(each.dependency.span, f"`{function.name}` is a dependency"),
                    Related(function.at(each.at), "the handler's exception is raised here"),
                    Related(function.at(each.raised), "and this is what the client gets"),
                ),
                each.dependency.affected,
            )
