"""See ``rules/FLT112-metric-label-from-url.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.metric_labels import endless_labels
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``counter.labels(request.url.path)``"""
    for function, node in endless_labels(project):
        yield Problem(
            function.at(node),
            "each address that somebody asks for becomes a time series of its own, also those that "
            "do not exist: memory grows without end",
            "label it with the path of the route, such as `/items/{item_id}`, not of the request",
            affected=project.reach.handlers(function),
        )
