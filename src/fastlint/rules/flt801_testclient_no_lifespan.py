"""See ``rules/FLT801-testclient-no-lifespan.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.unstarted_clients import unstarted
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Clients of tests whose app has never been started."""
    for each in unstarted(project):
        yield Problem(
            each.span,
            f"the app is not started: `{each.startup.name}` runs only inside `with TestClient(...)`"
            f", and `{each.name}` is not there without it",
            "write `with TestClient(app) as client:`, in a fixture that yields the client",
            (Related(each.startup.name_span, f"`{each.startup.name}` makes `{each.name}`"),),
        )
