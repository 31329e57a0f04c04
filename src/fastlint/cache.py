"""What is kept from one run to the next, in a folder of the project.

Two files: what was said of an unchanged project, and the record of every file. Both are a digest
and msgpack, decoded into typed values: whatever else stands in them is dropped, and nothing in them
is run. A cache that cannot be read or written costs time and nothing else.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from fastlint import __version__
from fastlint.findings import Fix
from fastlint.outcome import Outcome
from fastlint.source.decode import digest
from fastlint.source.discover import DiscoveredFile
from fastlint.source.read import leads_inside, open_without_waiting

_RUNS, _RECORDS = "runs.msgpack", "records.msgpack"
_MOST_RUNS = 8
_MOST_BYTES = 1_000_000_000
_SEAL = 32
_RACY_NS = 100_000_000
"""A file that changed so shortly before it was looked at may change again without its times
telling: what was said of it is not kept."""
_TAG_FILE = "CACHEDIR.TAG"
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of fastlint.\n"

Stamp = tuple[int, int, int, int]
"""mtime, ctime, size and inode: the same for a file that nobody touched."""

_T = TypeVar("_T")


class Kept(msgspec.Struct, frozen=True):
    """A file's record with the stamp under which it was made; encoded, since few are needed."""

    stamp: Stamp
    record: msgspec.Raw


class Runs(msgspec.Struct):
    """What was said, by `run_key`; the newest last."""

    version: str
    outcomes: dict[str, msgspec.Raw] = {}


class Records(msgspec.Struct):
    """The records by path, and the fixes that were worked out."""

    version: str
    files: dict[str, Kept] = {}
    said: msgspec.Raw = msgspec.Raw(b"\xc0")
    """What the rules for the whole project said last; decoded by who knows what it is."""
    needs_project: dict[str, bool] = {}
    """Which rules look at the whole project, by code."""
    fixes: list[tuple[bytes, Fix | str]] = []


class Cache:
    """The cache of one project."""

    def __init__(self, root: Path, folder: str) -> None:
        self.root = root
        self.folder = root / folder
        self._version: str | None = None

    @property
    def version(self) -> str:
        """Of fastlint as it is installed, and of the Python that runs it."""
        if self._version is None:
            python = ".".join(map(str, sys.version_info[:3]))
            self._version = f"{__version__} {python} {_fingerprint()}"
        return self._version

    def outcome(self, key: str) -> Outcome | None:
        """What was said of this very state; None where that is not known."""
        runs = self._load(_RUNS, Runs)
        if runs is None or runs.version != self.version or key not in runs.outcomes:
            return None
        return _decoded(runs.outcomes[key], Outcome)

    def keep_outcome(self, key: str, outcome: Outcome) -> None:
        """Keep what was said under `run_key`; only the newest few are kept."""
        runs = self._load(_RUNS, Runs)
        if runs is None or runs.version != self.version:
            runs = Runs(self.version)
        runs.outcomes.pop(key, None)
        runs.outcomes[key] = msgspec.Raw(msgspec.msgpack.encode(outcome))
        for old in list(runs.outcomes)[:-_MOST_RUNS]:
            del runs.outcomes[old]
        self._save(_RUNS, runs)

    def records(self) -> Records:
        """The records that were kept; none where they cannot be used."""
        found = self._load(_RECORDS, Records)
        return (
            found if found is not None and found.version == self.version else Records(self.version)
        )

    def keep_records(self, records: Records) -> None:
        """Keep the records of all files."""
        self._save(_RECORDS, records)

    def clear(self) -> bool:
        """Remove the cache; False where there was none. Raises OSError where that fails.

        A folder that does not say that it is a cache of ours is nobody's to empty.
        """
        if self.folder.is_symlink() or not leads_inside(self.root, os.fspath(self.folder)):
            return False
        try:
            if (self.folder / _TAG_FILE).read_text(encoding="utf-8", errors="replace") != _TAG:
                return False
        except (FileNotFoundError, NotADirectoryError):
            return False
        for name in (_RUNS, _RECORDS, ".gitignore"):
            (self.folder / name).unlink(missing_ok=True)
        for left in self.folder.glob("*.tmp"):
            left.unlink(missing_ok=True)
        (self.folder / _TAG_FILE).unlink(missing_ok=True)
        self.folder.rmdir()
        return True

    def _load(self, name: str, kind: type[_T]) -> _T | None:
        path = self.folder / name
        try:
            if path.is_symlink() or self.folder.is_symlink():
                return None
            with open(path, "rb", opener=open_without_waiting) as stream:
                status = os.fstat(stream.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
                    return None
                data = stream.read()
        except OSError:
            return None
        body = data[_SEAL:]
        return _decoded(body, kind) if sealed(body) == data else None

    def _save(self, name: str, value: object) -> None:
        from tempfile import mkstemp

        try:
            self._prepare()
            data = sealed(msgspec.msgpack.encode(value))
            handle, temporary = mkstemp(suffix=".tmp", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                os.replace(temporary, self.folder / name)
            except OSError:
                os.unlink(temporary)
                raise
        except OSError:
            return  # a tree that cannot be written is checked without a cache

    def _prepare(self) -> None:
        if self.folder.is_symlink() or not leads_inside(self.root, os.fspath(self.folder)):
            raise OSError("the cache would be written outside of the project")
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / _TAG_FILE).exists():
            if any(self.folder.iterdir()):
                raise OSError("the folder is there, and it is not a cache")
            (self.folder / _TAG_FILE).write_text(_TAG, encoding="utf-8")
            (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")


def sealed(data: bytes) -> bytes:
    """``data`` after its digest: what a broken disk or half a copy holds is never believed."""
    return digest(data).encode("ascii") + data


def _decoded(data: bytes | msgspec.Raw, kind: type[_T]) -> _T | None:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def stamp(file: DiscoveredFile) -> Stamp:
    """What tells that a file is as it was, without reading it."""
    return (file.mtime_ns, file.ctime_ns, file.size, file.inode)


def is_settled(files: Iterable[DiscoveredFile], now: int | None = None) -> bool:
    """Whether none of the files changed so recently that its stamp may not tell the next change."""
    latest = (time.time_ns() if now is None else now) - _RACY_NS
    return all(file.ctime_ns < latest and file.mtime_ns < latest for file in files)


def run_key(files: Sequence[DiscoveredFile], given: Mapping[str, object]) -> str:
    """A digest of the whole state: every file's stamp, and everything that decides what is said."""
    state = [(file.path, *stamp(file)) for file in files]
    data = msgspec.msgpack.encode((state, sorted(given.items())), enc_hook=str)
    return digest(data)


def _fingerprint() -> str:
    """A digest of fastlint's own files, so that a changed rule is never answered from the cache."""
    from fastlint.pages.location import folder

    stamps: list[tuple[str, int, int]] = []
    for top in (os.path.dirname(__file__), folder()):
        for where, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in names:
                status = os.stat(os.path.join(where, name))
                stamps.append((name, status.st_size, status.st_mtime_ns))
    data = msgspec.msgpack.encode(sorted(stamps))
    return digest(data)
