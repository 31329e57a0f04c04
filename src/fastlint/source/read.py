"""Reading one file of the project from disk."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from fastlint.source.decode import MAX_BYTES, decode, too_large
from fastlint.source.file import SourceFile, Unreadable

if TYPE_CHECKING:
    from pathlib import Path


def read(root: Path, path: str) -> SourceFile | Unreadable:
    """The file at ``path`` under ``root``. Never waits, never follows a link out of ``root``."""
    data = read_bytes(root, path)
    return data if isinstance(data, Unreadable) else decode(path, data)


def read_bytes(root: Path, path: str, limit: int = MAX_BYTES) -> bytes | Unreadable:
    """The bytes of that file; files above the size ``limit`` are refused without reading them."""
    absolute = os.path.join(root, path)
    if os.path.islink(absolute) and not leads_inside(root, absolute):
        return Unreadable(path, "it is a link that leads out of the project")
    try:
        # A file may have become a pipe since it was found: opening one would wait for a writer.
        with open(absolute, "rb", opener=open_without_waiting) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Unreadable(path, "it is not a regular file")
            if status.st_size > limit:
                return too_large(path, status.st_size, limit)
            return stream.read()
    except OSError as error:
        return Unreadable(path, because(error))


def leads_inside(root: Path, absolute: str) -> bool:
    """Whether a path, its links followed, ends within ``root``."""
    top = os.path.realpath(root)
    target = os.path.realpath(absolute)
    return target == top or target.startswith(top.rstrip(os.sep) + os.sep)


def because(error: OSError) -> str:
    """The system's own word on what went wrong, without the path that stands next to it anyway."""
    return (error.strerror or type(error).__name__).lower()


def open_without_waiting(path: str, flags: int) -> int:
    """An opener for `open` that does not wait for the writer of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
