"""From the paths of a command to settings: find the project and its file, read it, check it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from fastlint.config.anchor import anchor
from fastlint.config.borrowed import Borrowed, borrowed
from fastlint.config.document import Document, Read, about, read
from fastlint.config.find import PYPROJECT, candidates, find_root, starting_folder
from fastlint.config.problem import ConfigProblem
from fastlint.config.settings import Settings


class Loaded(msgspec.Struct, frozen=True):
    """The settings that apply, and where they come from."""

    root: Path
    """The project's root; every other path of a run is relative to it."""
    settings: Settings
    origin: Path | None = None
    """The file that the settings were read from."""
    problems: tuple[ConfigProblem, ...] = ()
    """All mistakes of the file, in its order. What they concern has its default value."""
    document: Document | None = None
    borrowed: tuple[Borrowed, ...] = ()
    """The options whose values are those that other tools are told."""


def load(paths: Sequence[Path], explicit: Path | None, cwd: Path) -> Loaded:
    """The settings for a run on ``paths``; those of the file ``explicit`` where it is given.

    Nothing is raised for a file that is missing, unreadable or wrong: see ``problems``.
    """
    start = starting_folder(paths, cwd)
    root = find_root(start)
    if explicit is not None:
        document, problems = read(Path(os.path.abspath(cwd / explicit)), cwd, wanted=True)
    else:
        document, problems = _closest(start, cwd)
    if document is None:
        return _with_borrowed(Loaded(root, Settings()))
    settings, mistakes = _settings(document)
    if explicit is None:
        settings = anchor(settings, document.file.parent, root)
    loaded = Loaded(root, settings, document.file, problems + mistakes, document)
    return _with_borrowed(loaded)


def _closest(start: Path, cwd: Path) -> Read:
    """The first candidate that holds settings, or that cannot be read."""
    for file in candidates(start):
        document, problems = read(file, cwd, wanted=file.name != PYPROJECT)
        if document is not None:
            return document, problems
    return None, ()


def _settings(document: Document) -> tuple[Settings, tuple[ConfigProblem, ...]]:
    """What the table says, and its mistakes; what is mistaken has its default value."""
    table = _long_form(document.table)
    try:
        return msgspec.convert(table, Settings), ()
    except msgspec.ValidationError as error:
        reason = str(error)
    from fastlint.config.check import mistakes

    found = mistakes(table)
    if not found:  # msgspec sees what the walk does not: say it in its words
        return Settings(), (about(document.label, reason),)
    wrong = {mistake.path[0] for mistake in found}
    right = {key: value for key, value in table.items() if key not in wrong}
    problems = tuple(
        document.problem(each.path, each.message, each.help, at_key=each.at_key) for each in found
    )
    return msgspec.convert(right, Settings), problems


def _long_form(table: dict[str, Any]) -> dict[str, Any]:
    """``table`` with the options that have a short form in their long one."""
    entrypoint, calls = table.get("entrypoint"), table.get("blocking-calls")
    long: dict[str, Any] = {}
    if isinstance(entrypoint, str):
        long["entrypoint"] = [entrypoint]
    if isinstance(calls, list):
        long["blocking-calls"] = [{"call": it} if isinstance(it, str) else it for it in calls]
    return {**table, **long}


def _with_borrowed(loaded: Loaded) -> Loaded:
    """With what the project tells other tools, where it says nothing to us."""
    found = tuple(borrowed(loaded.root, loaded.settings))
    if not found:
        return loaded
    settings = msgspec.structs.replace(
        loaded.settings, **{each.option: each.value for each in found}
    )
    return msgspec.structs.replace(loaded, settings=settings, borrowed=found)
