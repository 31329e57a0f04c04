"""What a project still uses of what its libraries have removed, switched off or deprecated.

What has changed is a table, ``knowledge/migration.toml``; here it is held against the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Span
from fastlint.model.migration.attributes import attributes
from fastlint.model.migration.configs import configured
from fastlint.model.migration.definitions import defined, overriding
from fastlint.model.migration.events import handed_arguments, raw_routes, registered_events
from fastlint.model.migration.fields import untyped_fields
from fastlint.model.migration.meanings import ChangedUrl, LostDefault, lost_defaults
from fastlint.model.migration.meanings import changed_urls as _changed_urls
from fastlint.model.migration.methods import methods
from fastlint.model.migration.names import named
from fastlint.model.migration.outdated import Outdated
from fastlint.model.migration.roots import root_fields
from fastlint.model.migration.table import CALL, Change, changes, table
from fastlint.model.migration.types import unknown_types
from fastlint.model.shapes.config_classes import inherited_configs

if TYPE_CHECKING:
    from fastlint.model.project import Project

__all__ = [
    "CALL",
    "Change",
    "ChangedUrl",
    "LostDefault",
    "Outdated",
    "changed_defaults",
    "changed_urls",
    "changes",
    "outdated",
]


def outdated(project: Project) -> Iterator[Outdated]:
    """Every use of what has changed, file by file."""
    known = table()
    yield from registered_events(project, known)
    yield from raw_routes(project, known)
    yield from unknown_types(project, known)
    told: set[tuple[Span | None, str]] = set()
    own = overriding(project)
    inherited = inherited_configs(project)
    for module in project.modules:
        if not module.is_one_off:
            for each in named(module, project, known):
                told.add((each.call, each.change.old))
                yield each
            yield from attributes(module, project, known)
            yield from methods(module, project, known, own)
            yield from configured(module, project, known, inherited)
            yield from defined(module, project, known)
            yield from untyped_fields(module, project, known)
            yield from root_fields(module, project, known)
    yield from handed_arguments(project, known, told)


def changed_defaults(project: Project) -> Iterator[LostDefault]:
    """The fields of models that have lost a default which nobody wrote; see `lost_defaults`."""
    yield from lost_defaults(project, table())


def changed_urls(project: Project) -> Iterator[ChangedUrl]:
    """The fields of models whose URLs were texts as well; see `meanings.changed_urls`."""
    yield from _changed_urls(project, table())
