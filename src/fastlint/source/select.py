"""Which of the project's files the user's paths mean. All of them are indexed all the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from fastlint.config.settings import DEFAULT_EXCLUDE
from fastlint.source.discover import (
    DiscoveredFile,
    Discovery,
    discover,
    examine,
    printable,
)
from fastlint.source.file import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class Selection(msgspec.Struct, frozen=True):
    """What the given paths select."""

    paths: frozenset[str]
    """The files to report on, as `DiscoveredFile.path`."""
    extra: tuple[DiscoveredFile, ...]
    """Those of them that discovery left out but the user named; to be indexed as well."""
    unreadable: tuple[Unreadable, ...]
    missing: tuple[str, ...]
    """The given paths that do not exist, as they were given: a mistake on the command line."""


def select(
    root: Path,
    discovery: Discovery,
    given: Iterable[str],
    *,
    exclude: Sequence[str] = DEFAULT_EXCLUDE,
    extend_exclude: Sequence[str] = (),
    force_exclude: bool = False,
) -> Selection:
    """What ``given`` (files and folders, absolute or relative to the working folder) selects.

    A named file is taken whatever excludes it, and a named folder is searched even if it is
    excluded or ignored, unless ``force_exclude`` is set, as hooks do that pass every changed file.
    """
    files = {file.path: file for file in discovery.files}
    failed = {each.path: each for each in discovery.unreadable}
    paths: set[str] = set()
    extra: dict[str, DiscoveredFile] = {}
    unreadable: dict[str, Unreadable] = {}
    missing: list[str] = []
    for name in given:
        path = _relative(root, name)
        if path in files:
            paths.add(path)
        elif not os.path.lexists(name):
            missing.append(name)
        elif path is None:
            shown = printable(name)
            unreadable[shown] = Unreadable(shown, "it lies outside of the project")
        elif path in failed:
            unreadable[path] = failed[path]
        elif os.path.isdir(name):
            prefix = "" if path == "." else path + "/"
            below = [each for each in files if each.startswith(prefix)]
            lost = {each: failed[each] for each in failed if each.startswith(prefix)}
            if not below and not lost and not force_exclude:
                found = _search(root, path, exclude, extend_exclude)
                extra.update((file.path, file) for file in found.files)
                below = [file.path for file in found.files]
                lost = {each.path: each for each in found.unreadable}
            paths.update(below)
            unreadable.update(lost)
        elif not force_exclude:
            file = examine(root, path)
            if isinstance(file, Unreadable):
                unreadable[file.path] = file
            else:
                extra[path] = file
                paths.add(path)
    return Selection(
        frozenset(paths),
        tuple(extra[path] for path in sorted(extra)),
        tuple(unreadable[path] for path in sorted(unreadable)),
        tuple(missing),
    )


def _relative(root: Path, name: str) -> str | None:
    """``name`` relative to the root with forward slashes; None if it lies outside.

    Folders above are compared as they are spelled first, then with links followed (/tmp is one on
    macOS); the last part may itself be a link and is never followed.
    """
    top = os.fspath(root)
    absolute = os.path.abspath(name)
    folder, last = os.path.split(absolute)
    real = os.path.join(os.path.realpath(folder), last)
    for base, path in ((top, absolute), (os.path.realpath(top), real)):
        relative = os.path.relpath(path, base)
        if relative != ".." and not relative.startswith(".." + os.sep):
            return relative if os.sep == "/" else relative.replace(os.sep, "/")
    return None


def _search(
    root: Path, path: str, exclude: Sequence[str], extend_exclude: Sequence[str]
) -> Discovery:
    """Discovery below an excluded folder, in terms of the project's root."""
    found = discover(
        root / path, exclude=exclude, extend_exclude=extend_exclude, respect_gitignore=False
    )
    prefix = path + "/"
    return Discovery(
        tuple(msgspec.structs.replace(file, path=prefix + file.path) for file in found.files),
        tuple(
            Unreadable(prefix + each.path, each.reason, each.line, each.column)
            for each in found.unreadable
        ),
    )
