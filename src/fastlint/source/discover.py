"""Which Python files there are. One walk and one ``lstat`` per file; nothing is opened.

Skipped without a word, because their files are found elsewhere or are nobody's source:

- what .gitignore and the excludes name, and virtual environments (folders with ``pyvenv.cfg``);
- links to folders within the project (loops among them) and links to files that are found anyway;
- ``.#name.py``, the dangling links by which Emacs locks a file;
- links to folders outside that hold no Python file of their own (``data -> /mnt/data``).

Everything else that looks like Python and cannot be had is one `Unreadable`.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import msgspec

from fastlint.config.settings import DEFAULT_EXCLUDE
from fastlint.source.decode import MAX_BYTES, too_large
from fastlint.source.file import Unreadable
from fastlint.source.read import because, leads_inside

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

_SUFFIXES = (".py", ".pyw")
_NO_TEXT = "its name is not valid UTF-8"


class DiscoveredFile(msgspec.Struct, frozen=True, gc=False):
    """A Python file, with what tells a cache that it is unchanged without reading it."""

    path: str
    """Relative to the project root, with forward slashes."""
    absolute: str
    mtime_ns: int
    ctime_ns: int
    size: int
    inode: int


class Discovery(msgspec.Struct, frozen=True):
    """All Python files of a project, sorted by path, and what could not be had."""

    files: tuple[DiscoveredFile, ...]
    unreadable: tuple[Unreadable, ...] = ()
    others: tuple[str, ...] = ()
    """The paths of other files that were asked for."""


def discover(
    root: Path,
    *,
    exclude: Sequence[str] = DEFAULT_EXCLUDE,
    extend_exclude: Sequence[str] = (),
    respect_gitignore: bool = True,
    others: tuple[str, ...] = (),
) -> Discovery:
    """The Python files (``.py``, ``.pyw``) under ``root``, an absolute path.

    Excludes are written like lines of a .gitignore in ``root`` and win over any .gitignore; one
    that is no valid glob matches nothing. ``others`` are endings of other paths to tell as well.
    """
    top = os.fspath(root)
    if printable(top) != top:  # the walker would see an empty folder
        return Discovery((), (Unreadable(".", f"the folder cannot be searched: {_NO_TEXT}"),))
    excludes = (*exclude, *extend_exclude)
    entries, complete = _walk(top, excludes, respect_gitignore=respect_gitignore)
    entries = _outside_environments(entries)
    start = len(top.rstrip(os.sep)) + 1
    files: dict[str, DiscoveredFile] = {}
    links: list[tuple[str, str]] = []
    asked: list[str] = []
    unreadable: list[Unreadable] = [] if complete else list(_unwalked(entries, start))
    for entry in entries:
        path = _posix(entry[start:])
        if not entry.endswith(_SUFFIXES):
            if others and entry.endswith(others):
                asked.append(path)
            # Only a name without a dot can be a package, so only such links are worth a look.
            if "." not in path and os.path.islink(entry):
                unreadable.extend(_lost_package(root, path, entry))
            continue
        try:
            status = os.lstat(entry)
        except OSError as error:
            unreadable.append(Unreadable(path, because(error)))
            continue
        if stat.S_ISLNK(status.st_mode):
            links.append((path, entry))
            continue
        _take(_examined(path, entry, status), files, unreadable)
    for path, entry in links:
        if not os.path.basename(path).startswith(".#"):
            _take(_followed(root, path, entry, files), files, unreadable)
    return Discovery(
        tuple(files[path] for path in sorted(files)),
        tuple(sorted(unreadable, key=lambda each: each.path)),
        tuple(sorted(asked)),
    )


def examine(root: Path, path: str) -> DiscoveredFile | Unreadable:
    """One file that the user names, whatever its suffix and whatever excludes it."""
    if printable(path) != path:
        return Unreadable(printable(path), _NO_TEXT)
    absolute = os.path.join(root, path)
    try:
        status = os.lstat(absolute)
    except OSError as error:
        return Unreadable(printable(path), because(error))
    if stat.S_ISLNK(status.st_mode):
        file = _followed(root, path, absolute, {})
    else:
        file = _examined(path, absolute, status)
    return file or Unreadable(printable(path), "it is a folder")


def printable(path: str) -> str:
    r"""Spell a path so that every output can hold it: bytes that are not UTF-8 become ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk(top: str, excludes: Iterable[str], *, respect_gitignore: bool) -> tuple[list[str], bool]:
    """Every path that is not ignored, and whether the walk went everywhere."""
    import rignore

    in_repository = _in_repository(top)
    walker = rignore.walk(
        top,  # type: ignore[arg-type]  # it takes strings as well
        ignore_hidden=False,
        read_ignore_files=respect_gitignore,
        read_git_ignore=respect_gitignore,
        read_git_exclude=respect_gitignore,
        read_global_git_ignore=respect_gitignore,
        # In a repository all of git's rules hold, up to its top. A .gitignore counts in an unpacked
        # archive too, but not those of the folder into which somebody unpacked it.
        require_git=in_repository,
        read_parents_ignores=respect_gitignore and in_repository,
        overrides=["!" + pattern.removeprefix("./") for pattern in excludes],
        follow_links=False,
    )
    entries: list[str] = []
    complete = True
    while True:
        try:
            for entry in walker:
                entries.append(os.fspath(entry))  # noqa: PERF401  # keeps what came before an error
        except (OSError, ValueError):
            # A folder that cannot be listed, or a name that is not UTF-8. The walker goes on after
            # it but does not say which it was: `_unwalked` looks again.
            complete = False
            continue
        return entries, complete


def _unwalked(entries: Iterable[str], start: int) -> Iterator[Unreadable]:
    """The folders that the walk could not list and the names that it could not express."""
    for entry in entries:
        if os.path.islink(entry) or not os.path.isdir(entry):
            continue
        path = _posix(entry[start:]) or "."
        try:
            with os.scandir(entry) as children:
                strange = [child for child in children if printable(child.name) != child.name]
        except OSError as error:
            yield Unreadable(path, f"the folder cannot be listed ({because(error)})")
            continue
        for child in strange:
            if child.name.endswith(_SUFFIXES) or child.is_dir(follow_symlinks=False):
                name = printable(_posix(child.path[start:]))
                yield Unreadable(name, _NO_TEXT)


def _outside_environments(entries: list[str]) -> list[str]:
    """Without what belongs to virtual environments, under whatever name they go."""
    marker = os.sep + "pyvenv.cfg"
    environments = tuple(
        entry.removesuffix("pyvenv.cfg") for entry in entries if entry.endswith(marker)
    )
    if not environments:
        return entries
    return [entry for entry in entries if not entry.startswith(environments)]


def _examined(
    path: str, absolute: str, status: os.stat_result
) -> DiscoveredFile | Unreadable | None:
    """What a ``stat`` says of a file; None for a folder, even if its name ends in ``.py``."""
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        return Unreadable(path, "it is not a regular file")
    if status.st_size > MAX_BYTES:
        return too_large(path, status.st_size)
    return DiscoveredFile(
        path, absolute, status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
    )


def _followed(
    root: Path, path: str, absolute: str, known: Container[str]
) -> DiscoveredFile | Unreadable | None:
    """What a link leads to; None where that is a folder or one of the ``known`` files."""
    try:
        status = os.stat(absolute)
    except FileNotFoundError:
        return Unreadable(path, f"it is a link to {_target(absolute)}, which does not exist")
    except OSError as error:
        return Unreadable(path, f"it is a link that cannot be followed ({because(error)})")
    if not leads_inside(root, absolute):
        reason = f"it is a link that leads out of the project, to {_target(absolute)}"
        return Unreadable(path, reason)
    if _posix(os.path.relpath(os.path.realpath(absolute), os.path.realpath(root))) in known:
        return None
    return _examined(path, absolute, status)


def _lost_package(root: Path, path: str, absolute: str) -> Iterator[Unreadable]:
    """A linked folder outside the project that holds Python files: imports from it stay unknown."""
    if leads_inside(root, absolute):
        return
    try:
        with os.scandir(absolute) as children:
            lost = any(child.name.endswith(_SUFFIXES) for child in children)
    except OSError:
        return  # not a folder, or not ours to read
    if lost:
        yield Unreadable(
            path, f"the folder is a link that leads out of the project, to {_target(absolute)}"
        )


def _take(
    file: DiscoveredFile | Unreadable | None,
    files: dict[str, DiscoveredFile],
    unreadable: list[Unreadable],
) -> None:
    if isinstance(file, Unreadable):
        unreadable.append(file)
    elif file is not None:
        files[file.path] = file


def _in_repository(top: str) -> bool:
    folder = top
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return True


def _target(link: str) -> str:
    return ascii(os.readlink(link))


def _posix(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
