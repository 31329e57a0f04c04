"""Which folder is the project's root, and which files may configure it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

OWN_FILES = (".fastlint.toml", "fastlint.toml")
"""Files that hold nothing but settings, the one that wins first."""
PYPROJECT = "pyproject.toml"
ROOT_MARKERS = (*OWN_FILES, PYPROJECT, ".git", "setup.py", "setup.cfg")


def starting_folder(paths: Sequence[Path], cwd: Path) -> Path:
    """The folder that holds all ``paths``, whether they exist or not; ``cwd`` when none is given.

    Links are not followed: the project is where the user says it is.
    """
    folders = [_folder(os.path.abspath(cwd / path)) for path in paths]
    try:
        return Path(os.path.commonpath(folders)) if folders else Path(os.path.abspath(cwd))
    except ValueError:  # on different drives
        return Path(os.path.abspath(cwd))


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path)


def find_root(start: Path) -> Path:
    """The closest folder, from ``start`` upwards, that looks like a project's; else ``start``."""
    for folder in (start, *start.parents):
        if any(os.path.exists(folder / marker) for marker in ROOT_MARKERS):
            return folder
    return start


def candidates(start: Path) -> Iterator[Path]:
    """The files that may hold settings, the closest first; none from outside the repository."""
    for folder in (start, *start.parents):
        for name in (*OWN_FILES, PYPROJECT):
            if os.path.isfile(folder / name):
                yield folder / name
        if os.path.exists(folder / ".git"):
            return
