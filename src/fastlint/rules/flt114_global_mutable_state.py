"""See ``rules/FLT114-global-mutable-state.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.calls.shared_state import changed_state
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Requests that write into a dictionary of the module."""
    for function, node, name in changed_state(project):
        yield Problem(
            function.at(node),
            f"requests change `{name}`, which each worker process has its own of, and which is "
            "gone after a restart",
            "keep it in a database or a cache that all workers share",
            affected=project.reach.handlers(function),
        )
