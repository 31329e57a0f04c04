"""Applications of libraries that serve more than the project's code tells them to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.model.project import Project


def own_routes(project: Project) -> Iterator[str]:
    """What they serve besides, one sentence for each file that imports such a class."""
    known = project.knowledge.own_routes
    for path in sorted(project.machine.eager):
        for fact in project.modules_index.facts(path).imports:
            for name in fact.names:
                more = known.get(f"{fact.module}.{name}")
                if more is not None:
                    yield f"{path}:{fact.line}: `{name}` serves routes of its own: {more}"
