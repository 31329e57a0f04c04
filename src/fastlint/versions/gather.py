"""Reads what the files that `files` found say about versions."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Container
from pathlib import Path

import msgspec

from fastlint.config.settings import Versions as Given
from fastlint.source.discover import DiscoveredFile
from fastlint.source.file import Unreadable
from fastlint.source.read import read_bytes
from fastlint.versions import sources
from fastlint.versions.files import home, rank, steps_up
from fastlint.versions.known import newest
from fastlint.versions.project import Said, Versions
from fastlint.versions.requirements import included

_MOST_INCLUDED = 20
_MOST_BYTES = 50_000_000


def read(root: Path, found: Collection[DiscoveredFile], settings: Given) -> Versions:
    """The versions that these files say, and the settings before them."""
    top = root
    for _ in range(steps_up(root)):
        top = top.parent
    way = root.relative_to(top).as_posix()
    reader = _Reader(top, "" if way == "." else way, newest().keys() - given(settings))
    above: list[Said] = []
    below: dict[str, list[Said]] = {}
    for source in sorted(found, key=_order):
        said = reader.said(source.path)
        if source.path.startswith("../"):
            above += said
        elif said:
            below.setdefault(home(source.path), []).extend(said)
    return Versions(
        settings,
        tuple(above),
        {folder: tuple(said) for folder, said in below.items()},
        tuple(reader.problems),
    )


def given(settings: Given) -> set[str]:
    """The distributions whose versions the settings give."""
    return set(msgspec.to_builtins(settings))


class _Reader:
    """Reads files within one folder, each where it is asked for, and never one outside."""

    def __init__(self, top: Path, way: str, wanted: Container[str]) -> None:
        self.top = top
        self.way = way
        """From the top to the project's root."""
        self.wanted = wanted
        self.problems: list[str] = []

    def said(self, path: str) -> list[Said]:
        """What a file says, and the files that it includes."""
        found: list[Said] = []
        queue, seen = [path], {path}
        while queue and len(seen) <= _MOST_INCLUDED:
            path = queue.pop(0)
            text = self._text(path)
            if text is None:
                continue
            try:
                statements = tuple(sources.statements(path, text, self.wanted))
            except ValueError as error:
                self.problems.append(f"{path}: {error}")
                continue
            if statements:
                found.append(Said(path, statements))
            if path.endswith((".txt", ".in")):
                for each in included(text):
                    other = posixpath.normpath(posixpath.join(posixpath.dirname(path), each))
                    if other not in seen and "://" not in each:
                        seen.add(other)
                        queue.append(other)
        return found

    def _text(self, path: str) -> str | None:
        within = posixpath.normpath(posixpath.join(self.way, path))
        if within.startswith(("../", "/")):
            return None
        data = read_bytes(self.top, within, _MOST_BYTES)
        if isinstance(data, Unreadable):
            self.problems.append(f"{path}: {data.reason}")
            return None
        return sources.text_of(data)


def _order(source: DiscoveredFile) -> tuple[int, str, int, str]:
    """The closest folder first, in it by `sources.rank`."""
    return (source.path.count("../"), home(source.path), rank(source.path) or 0, source.path)
