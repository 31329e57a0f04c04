"""FLT412 exception-detail-leak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.findings import Problem
from fastlint.model.answers.handled import handlers_of_all
from fastlint.model.answers.leaked import Leak, leaks, leaks_of_handler
from fastlint.model.following.functions import Function
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = {
    "exception": "the text of whatever exception comes",
    "traceback": "a traceback",
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Answers that tell the client about the inside."""
    for served in project.reach.served:
        function = served.function
        if not project.module(function.path).is_test:
            is_handler = served.kind == "handler"
            yield from _told(leaks(function, project, is_handler=is_handler), function, project)
    for function in handlers_of_all(project):
        yield from _told(leaks_of_handler(function, project), function, project)


def _told(found: Iterable[Leak], function: Function, project: Project) -> Iterator[Problem]:
    for each in found:
        yield Problem(
            function.at(each.node),
            f"the client gets to read {_WHAT[each.what]}: it may name hosts, queries, paths "
            "or secrets",
            "log it, and tell the client in your own words that something went wrong",
            affected=project.reach.handlers(function),
        )
