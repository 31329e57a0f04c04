"""A dependency or lifespan with one ``yield`` too many."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.yielding import second_yields
from fastlint.model.project import Project
from fastlint.rule import check

_THEN = {
    "dependency": "the request ends with a `RuntimeError`, and what follows it is skipped",
    "lifespan": "the app stops with a `RuntimeError`, and what follows it is skipped",
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Two ``yield``s on one way through a function."""
    for function, second, span, what in second_yields(project):
        if not project.module(function.path).is_test:
            yield Problem(
                function.at(second),
                f"`{function.name}` yields a second time here: {_THEN[what]}",
                "yield once; to hand out several things, yield a tuple",
                related=(Related(span, f"`{function.name}` is a {what}"),),
            )
