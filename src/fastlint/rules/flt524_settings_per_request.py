"""See ``rules/FLT524-settings-per-request.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.lifetimes.settings_objects import read_again
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``Settings()`` in what runs for each request."""
    for served, site, name in read_again(project):
        yield Problem(
            site.span,
            f"`{name}` is made for each request: the environment and the `.env` file are read and "
            "checked every time",
            f"put `@lru_cache` above `{served.function.name}`"
            if served.kind == "dependency"
            else "make it once, in a function under `@lru_cache`",
            affected=tuple(route.handler.id for route in served.routes if route.handler),
        )
