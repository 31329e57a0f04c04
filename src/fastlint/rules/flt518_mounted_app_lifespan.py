"""Startup and shutdown of a mounted app, which nobody runs."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.lifetimes.lifespans import unstarted
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Mounts of apps that have a ``lifespan`` or events."""
    for found in unstarted(project):
        if project.module(found.mount.path).is_test:
            continue
        named = f" of `{found.app.name}`" if found.app.name else ""
        yield Problem(
            found.mount,
            f"the `{found.what}`{named} is not run by this mount: a server starts and stops only "
            "the outermost app",
            "do it in the `lifespan` of the outermost app, or enter the other one from there",
            related=(Related(found.app.span, "the app that is mounted"),),
        )
