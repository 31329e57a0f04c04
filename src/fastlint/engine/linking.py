"""From the records of files to the project that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastlint.config.settings import Settings
    from fastlint.engine.record import FileRecord
    from fastlint.facts.tree import ModuleFacts
    from fastlint.model.project import Project
    from fastlint.versions.project import Versions


def linked(
    records: Mapping[str, FileRecord],
    decoded: Mapping[str, ModuleFacts],
    settings: Settings,
    package: str,
    versions: Versions,
) -> Project:
    """The project; ``package`` is the one that its root itself lies in.

    ``decoded`` are the facts of the records that have any.
    """
    from fastlint.model.project import Project
    from fastlint.source.layout import layout

    encoded = {path: r.facts for path, r in records.items() if r.facts is not None}
    laid_out = layout(
        encoded, absolute_imports(decoded.values()), package, relative_imports(decoded)
    )
    return Project(encoded, laid_out.names, laid_out.resolve, settings, decoded, versions)


def absolute_imports(files: Iterable[ModuleFacts]) -> set[str]:
    """The modules that files import by their whole names, and what they take from them."""
    names: set[str] = set()
    for facts in files:
        for fact in facts.imports:
            if not fact.level:
                names.add(fact.module)
                names.update(f"{fact.module}.{name}" for name in fact.names)
    return names


def relative_imports(files: Mapping[str, ModuleFacts]) -> set[tuple[str, int, str]]:
    """What files import from where they lie themselves: the file, the dots and the name."""
    return {
        (path, fact.level, f"{fact.module}.{name}".lstrip("."))
        for path, facts in files.items()
        for fact in facts.imports
        if fact.level
        for name in fact.names
    } | {
        (path, fact.level, fact.module)
        for path, facts in files.items()
        for fact in facts.imports
        if fact.level and fact.module
    }
