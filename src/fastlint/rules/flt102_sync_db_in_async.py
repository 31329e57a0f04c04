"""See ``rules/FLT102-sync-db-in-async.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes.syntax import Syntax
from fastlint.fixes.unblocking import unblock
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Calls that keep the event loop waiting for a database while it serves requests."""
    for offer in project.offers:
        if offer.blocked.blocking.kind == "database":
            yield offer.problem(project)


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """The function as a ``def``; else the call in a thread."""
    return unblock(problem.data, syntax)
