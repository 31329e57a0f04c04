"""FLT412 exception-detail-leak."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.leaked import leaks
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = {
    "exception": "the text of whatever exception comes",
    "traceback": "a traceback",
}


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Answers that tell the client about the inside."""
    for served in project.reach.served:
        function = served.function
        if project.module(function.path).is_test:
            continue
        for found in leaks(function, project, is_handler=served.kind == "handler"):
            yield Problem(
                function.at(found.node),
                f"the client gets to read {_WHAT[found.what]}: it may name hosts, queries, paths "
                "or secrets",
                "log it, and tell the client in your own words that something went wrong",
                affected=project.reach.handlers(function),
            )
