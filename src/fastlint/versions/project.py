"""The versions of a project: what the files of its folders say, put together.

For a Python file the closest folder that says anything is heard; where it leaves a range open, a
lock file further up (a workspace's) that agrees with it is heard as well. What nobody says follows
from what is said of others (FastAPI 0.95 needs Starlette 0.27), else it is the newest known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from fastlint.config.settings import Versions as Given
from fastlint.versions.known import newest, required, requirers
from fastlint.versions.ranges import ANY, Range, exactly, hull
from fastlint.versions.statement import Statement, normal
from fastlint.versions.version import Place, Version

_NO_APPLICATION = frozenset({"doc", "docs", "example", "examples", "test", "tests"})
"""Folders whose requirements are not those of the files around them."""


class Said(msgspec.Struct, frozen=True):
    """What one file says, in the order in which files are heard."""

    path: str
    """Relative to the project's root; outside of it with ``..``."""
    statements: tuple[Statement, ...]


class Versions(msgspec.Struct, frozen=True, dict=True):
    """The version of each library, for any file of the project."""

    settings: Given = Given()
    above: tuple[Said, ...] = ()
    """The files above the project's root, the closest first."""
    below: dict[str, tuple[Said, ...]] = {}
    """The files of the root (``""``) and of the folders in it, by folder."""
    problems: tuple[str, ...] = ()
    """Files that could not be read, each with the reason."""

    def of(self, name: str, path: str = "") -> Version:
        """The version of the distribution ``name`` as the file at ``path`` sees it.

        Without a path: as the root sees it, or where that says nothing at all, its topmost folders.
        Raises LookupError for a distribution that `known.toml` does not list.
        """
        return self.at(path)[normal(name)]

    def at(self, path: str) -> Mapping[str, Version]:
        """The versions of all distributions, as the file at ``path`` sees them."""
        folder = path.rpartition("/")[0]
        while folder and folder not in self.below:
            folder = folder.rpartition("/")[0]
        found = self._seen.get(folder)
        if found is None:
            found = self._seen[folder] = self._resolved(folder)
        return found

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that differ from the root in some version, after the root itself."""
        known = {each: self._ranges(each) for each in sorted(self.below) if each}
        root = self._ranges("")
        return ("", *(each for each, ranges in known.items() if ranges != root))

    @cached_property
    def key(self) -> tuple[tuple[str, str, str], ...]:
        """All that a rule can ask, for a digest: not the lines, which move without a meaning."""
        return tuple(
            (folder, name, str(allowed))
            for folder in self.folders
            for name, allowed in self._ranges(folder).items()
        )

    def _ranges(self, folder: str) -> dict[str, Range]:
        return {name: each.range for name, each in self.at(f"{folder}/").items()}

    @cached_property
    def _seen(self) -> dict[str, Mapping[str, Version]]:
        return {}

    def _resolved(self, folder: str) -> dict[str, Version]:
        given: dict[str, str] = msgspec.to_builtins(self.settings)
        heard = list(self._heard(folder))
        silent = not folder and not any(s.name != "python" for h in heard for s in h.statements)
        found: dict[str, Version] = {}
        for name, latest in newest().items():
            if name in given:
                exact = exactly(given[name]) or ANY
                found[name] = Version(name, exact, exact.low, None, "the settings")
                continue
            own = _version(name, heard)
            if own is None and silent:
                own = self._from_below(name)
            found[name] = own or Version(name, ANY, latest)
        return {name: _implied(version, found) for name, version in found.items()}

    def _heard(self, folder: str) -> Iterable[Said]:
        while folder:
            yield from self.below.get(folder, ())
            folder = folder.rpartition("/")[0]
        yield from self.below.get("", ())
        yield from self.above

    def _from_below(self, name: str) -> Version | None:
        """What the topmost folders say that say anything; they may differ."""
        found: list[tuple[int, Version]] = []
        for folder, heard in self.below.items():
            application = folder and _NO_APPLICATION.isdisjoint(folder.split("/"))
            version = _version(name, heard) if application else None
            if version is not None:
                found.append((folder.count("/"), version))
        least = min((depth for depth, _ in found), default=0)
        several = [version for depth, version in found if depth == least]
        if len(several) < 2:  # noqa: PLR2004
            return several[0] if several else None
        first = several[0]
        return _made(name, hull(each.range for each in several), first.place)


def _version(name: str, heard: Iterable[Said]) -> Version | None:
    found: tuple[Range, Place] | None = None
    for said in heard:
        for statement in said.statements:
            if statement.name != name:
                continue
            place = Place(said.path, statement.line)
            if found is None or (statement.range.exact and found[0].holds(statement.range)):
                found = (statement.range, place)
            if found[0].exact:
                return _made(name, *found)
    return None if found is None else _made(name, *found)


def _made(name: str, allowed: Range, place: Place | None, because: str = "") -> Version:
    top = newest()[name]
    if allowed.high is not None and allowed.high < top:
        top = allowed.high
    return Version(name, allowed, max(top, allowed.low), place, because)


def _implied(version: Version, others: Mapping[str, Version]) -> Version:
    """``version`` narrowed down by what is said of those that require it."""
    if version.range.exact:
        return version
    for by in requirers(version.name):
        requirer = others[by]
        if not requirer.is_said:
            continue
        allowed = version.range.within(required(version.name, by, requirer.range))
        if allowed == version.range:
            continue
        place, because = version.place, version.because
        if (
            allowed.top != version.range.top or not version.is_said
        ):  # who limits it, not who supports it
            place, because = requirer.place, f"required by {requirer}"
        version = _made(version.name, allowed, place, because)
    return version
