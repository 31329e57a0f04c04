"""Writing files back so that at every moment either the old or the new one is there, whole."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.source.decode import digest, encode
from fastlint.source.file import Unreadable
from fastlint.source.read import because, leads_inside, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fastlint.source.file import SourceFile


class Unwritable(msgspec.Struct, frozen=True, gc=False):
    """A file that was left as it is, and why."""

    path: str
    reason: str
    """One clause that completes "cannot be written: ...", without a final period."""


class _Staged(NamedTuple):
    """A new text that lies beside the file whose place it is to take."""

    path: str
    target: str
    temporary: str
    old: bytes


def write_together(root: Path, changes: Sequence[tuple[SourceFile, str]]) -> tuple[Unwritable, ...]:
    """Replace the texts of files that were read under ``root``; empty when that is done.

    All of them are replaced or none: every new text is on the disk before the first takes its
    file's place, and where one cannot take it, those that have are put back as they were.

    Encoding, byte order mark and permissions stay; newlines are those of the new text. A link is
    written through, never replaced and never followed out of ``root``. Of a file with several names
    (hard links) only the one that was read is changed: the others may be somebody else's. Refused
    where a file has changed since it was read, or is write-protected. On any error the files on
    disk are those that were read, nothing is left beside them, and each of them is spoken of.
    """
    staged: list[_Staged] = []
    failures: list[Unwritable] = []
    try:
        for file, text in changes:
            ready = _prepared(root, file, text)
            if isinstance(ready, Unwritable):
                failures.append(ready)
            else:
                staged.append(ready)
        failure = None if failures else _put_in_place(staged)
        if failure is not None:
            failures.append(failure)
    finally:
        for each in staged:
            with suppress(OSError):  # it may have taken the target's place already
                os.unlink(each.temporary)
    return all_left((file.path for file, _ in changes), failures)


def all_left(paths: Iterable[str], failures: Sequence[Unwritable]) -> tuple[Unwritable, ...]:
    """The failures, and why each other of the files is left for their sake."""
    if not failures:
        return ()
    said = {each.path for each in failures}
    reason = f"it is changed together with {failures[0].path}, which cannot be written"
    return (*failures, *(Unwritable(path, reason) for path in paths if path not in said))


def _prepared(root: Path, file: SourceFile, text: str) -> _Staged | Unwritable:
    """The new text, written beside the file, or why the file must stay as it is."""
    data = encode(file, text)
    if isinstance(data, str):
        return Unwritable(file.path, data)
    named = os.path.join(root, file.path)
    if not leads_inside(root, named):
        return Unwritable(file.path, "it is a link that leads out of the project")
    current = read_bytes(root, file.path)
    if isinstance(current, Unreadable):
        return Unwritable(file.path, current.reason)
    if digest(current) != file.digest:
        return Unwritable(file.path, "it has changed since it was read")
    target = os.path.realpath(named)
    try:
        return _Staged(file.path, target, _staged(target, data), current)
    except OSError as error:
        return Unwritable(file.path, because(error))


def _put_in_place(staged: Sequence[_Staged]) -> Unwritable | None:
    """Let every new text take its file's place; on any error the old ones are back."""
    done: list[_Staged] = []
    try:
        for each in staged:
            done.append(each)
            os.replace(each.temporary, each.target)
    except OSError as error:
        _put_back(done[:-1])
        return Unwritable(done[-1].path, because(error))
    except BaseException:
        _put_back(done)
        raise
    return None


def _put_back(done: Sequence[_Staged]) -> None:
    for each in done:
        with suppress(OSError):
            old = _staged(each.target, each.old)
            try:
                os.replace(old, each.target)
            finally:
                with suppress(OSError):
                    os.unlink(old)


def _staged(target: str, data: bytes) -> str:
    """A file beside ``target`` with all that it has but its content: the path of it."""
    from tempfile import mkstemp

    status = os.stat(target)
    mode = stat.S_IMODE(status.st_mode)
    # Replacing a file needs no permission on the file itself, so that is asked first.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    folder = os.path.dirname(target)
    descriptor, temporary = mkstemp(prefix=".fastlint-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _copy_attributes(target, temporary)
        # Only an administrator may give files away; for everybody else the owner is right already.
        with suppress(OSError, AttributeError):
            os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, mode)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def _copy_attributes(source: str, target: str) -> None:
    """Access lists and labels, where the system and the file system have such a thing."""
    with suppress(OSError, AttributeError):
        for name in os.listxattr(source):
            with suppress(OSError):
                os.setxattr(target, name, os.getxattr(source, name))
