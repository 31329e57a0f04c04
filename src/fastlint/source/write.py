"""Writing a file back so that at every moment either the old or the new one is there, whole."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from fastlint.source.decode import digest, encode
from fastlint.source.file import Unreadable
from fastlint.source.read import because, leads_inside, read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from fastlint.source.file import SourceFile


class Unwritable(msgspec.Struct, frozen=True, gc=False):
    """A file that was left as it is, and why."""

    path: str
    reason: str
    """One clause that completes "cannot be written: ...", without a final period."""


def write_atomically(root: Path, file: SourceFile, text: str) -> Unwritable | None:
    """Replace the text of ``file``, which was read under ``root``; None when that is done.

    Encoding, byte order mark and permissions stay; newlines are those of ``text``. A link is
    written through, never replaced and never followed out of ``root``. Of a file with several names
    (hard links) only the one that was read is changed: the others may be somebody else's. Refused
    where the file has changed since it was read, or is write-protected. On any error the file on
    disk is the one that was read and nothing is left beside it.
    """
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
    try:
        _replace(os.path.realpath(named), data)
    except OSError as error:
        return Unwritable(file.path, because(error))
    return None


def _replace(target: str, data: bytes) -> None:
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
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # it may have taken the target's place already
            os.unlink(temporary)
        raise


def _copy_attributes(source: str, target: str) -> None:
    """Access lists and labels, where the system and the file system have such a thing."""
    with suppress(OSError, AttributeError):
        for name in os.listxattr(source):
            with suppress(OSError):
                os.setxattr(target, name, os.getxattr(source, name))
