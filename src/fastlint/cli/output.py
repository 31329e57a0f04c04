"""A report to a file: the whole of it or nothing."""

from __future__ import annotations

import os
from contextlib import suppress

from fastlint.cli.terminal import because, cannot


def writable(path: str) -> None:
    """Say so at once where a file cannot be written, not after minutes of work."""
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise cannot(f"cannot write to {path}: it is a folder", "--output-file wants a file")
    if not os.path.isdir(folder):
        raise cannot(f"cannot write to {path}: there is no folder {folder}", "create it first")


def write_file(path: str, text: str | bytes) -> None:
    """Replace a file's text at one stroke. Raises `CannotGoOnError` where it cannot be written."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # /dev/stdout, a pipe
            with open(path, "wb") as stream:
                stream.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise cannot(f"cannot write to {path}: {because(error)}") from error


def _replace(target: str, data: bytes) -> None:
    # Replacing a file needs no permission on the file itself, so that is asked first.
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    temporary = f"{target}.{os.getpid()}.tmp"
    # 0o666 less the umask, as for any file that a program makes; mkstemp would hide it from others.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(OSError):
            os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # it may have taken the target's place already
            os.unlink(temporary)
        raise
