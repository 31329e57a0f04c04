"""Which files of a project may say something about versions, and in which order they are heard.

This is looked at in every run, also where the cache answers: no file is opened here.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from fastlint.source.discover import DiscoveredFile

SUFFIXES = (
    ".toml",
    ".lock",
    ".txt",
    ".in",
    ".cfg",
    "setup.py",
    "Pipfile",
    ".python-version",
    "Dockerfile",
    "Dockerfile.prod",
    "Dockerfile.production",
    ".dockerfile",
    ".Dockerfile",
    "Containerfile",
    "environment.yml",
    "environment.yaml",
    "PKG-INFO",
    "METADATA",
)
"""How the names end that `rank` may know: to tell quickly that most are others."""
PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml\Z")
IMAGE = re.compile(r"(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.[Dd]ockerfile)\Z")

_MOST_FILES = 300
_FOLDERS = frozenset({"requirements", "requirement", "reqs", "requires", "deps"})
"""Folders whose text files are requirements of the folder that they stand in."""
_IMAGES = frozenset({"container", "deploy", "deployment", "docker", "dockerfiles"})
"""Folders whose images are those of the folder that they stand in."""
_BUILT = (".dist-info", ".egg-info")
"""How the folders end that building or installing puts beside the packages that they are about."""
_RANKS = {
    name: number
    for number, name in enumerate(
        (
            ".python-version",
            "runtime.txt",
            "Dockerfile",
            "uv.lock",
            "poetry.lock",
            "pdm.lock",
            "pylock.toml",
            "Pipfile.lock",
            "requirements.txt",
            "pyproject.toml",
            "Pipfile",
            "setup.cfg",
            "setup.py",
            "environment.yml",
            "environment.yaml",
        )
    )
}
_REQUIREMENTS = re.compile(r"(?:[\w.-]*[._-])?(?:requirements?|reqs)(?:[._-][\w.-]*)?\.(txt|in)\Z")
_ASIDE = re.compile(r"(?:^|[._-])(?:dev|develop\w*|test\w*|docs?|lint\w*|ci|example\w*)(?=[._-])")


def find(root: Path, noticed: Iterable[str], files: Collection[str]) -> tuple[DiscoveredFile, ...]:
    """The files that concern the Python ``files`` of a project; none of them is opened.

    ``noticed`` are the paths of other files in it. Those of the root itself, and of the folders
    above it up to the top of the repository, are found even where git ignores them.
    """
    inhabited = _folders(files)
    wanted: set[str] = set()
    for path in (*noticed, *(file for file in files if file.endswith("setup.py"))):
        if rank(path) is not None and home(path) in inhabited:
            wanted.add(path)
    wanted.update(_listed(root, ""))
    paths = sorted(wanted, key=lambda path: (path.count("/"), path))[:_MOST_FILES]
    for steps in range(1, steps_up(root) + 1):
        paths += _listed(root, "../" * steps)
    return tuple(found for path in paths if (found := _source(root, path)) is not None)


def rank(path: str) -> int | None:
    """The order in which the files of a folder are heard; None for one that says nothing.

    Locks come first, then what pip is given, then manifests; what is not for the application
    itself (``requirements-dev.txt``) comes after them, and last what was built of a manifest.
    """
    folder, name = posixpath.split(path)
    is_listed = posixpath.basename(folder) in _FOLDERS and name.endswith((".txt", ".in"))
    known = _RANKS.get(name)
    if known is not None and not (is_listed and name == "runtime.txt"):
        return known
    if PYLOCK.match(name):
        return _RANKS["pylock.toml"]
    if IMAGE.match(name):
        return _RANKS["Dockerfile"]
    if name == "PKG-INFO" or (name == "METADATA" and folder.endswith(_BUILT)):
        return len(_RANKS) + 4
    if is_listed:
        name = f"requirements-{name}"
    match = _REQUIREMENTS.match(name.lower())
    if match is None:
        return None
    return len(_RANKS) + 2 * bool(_ASIDE.search(name.lower())) + (match[1] == "in")


def home(path: str) -> str:
    """The folder that a file speaks for."""
    folder, name = posixpath.split(path)
    if posixpath.basename(folder) in _IMAGES and IMAGE.match(name):
        folder = posixpath.dirname(folder)
    if posixpath.basename(folder) in _FOLDERS or folder.endswith(_BUILT):
        folder = posixpath.dirname(folder)
    return folder


def _folders(files: Iterable[str]) -> set[str]:
    """Every folder that holds Python files, however deep."""
    found = {""}
    for path in files:
        folder = path.rpartition("/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _listed(root: Path, folder: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(os.path.join(root, folder)))
    except OSError:
        return
    for name in names:
        if name.endswith(SUFFIXES) and rank(name) is not None:
            yield folder + name


def _source(root: Path, path: str) -> DiscoveredFile | None:
    absolute = os.path.join(root, path)
    try:
        status = os.stat(absolute)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return DiscoveredFile(path, absolute, *times, status.st_size, status.st_ino)


def steps_up(root: Path) -> int:
    """How many folders above the root the top of its repository lies; 0 outside of one."""
    for steps, folder in enumerate((root, *root.parents)):
        if os.path.exists(folder / ".git"):
            return steps
    return 0
