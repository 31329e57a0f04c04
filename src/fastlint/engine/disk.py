"""A run over files on disk: which files, what is known of them already, and what is said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint import cache
from fastlint.config.settings import Settings
from fastlint.outcome import Outcome
from fastlint.source.decode import digest
from fastlint.source.discover import DiscoveredFile, discover
from fastlint.source.file import SourceFile, Unreadable
from fastlint.source.layout import enclosing_package
from fastlint.source.read import read, read_bytes
from fastlint.source.select import select
from fastlint.versions import files as version_files

if TYPE_CHECKING:
    from fastlint.catalogue import Rule
    from fastlint.engine.record import FileRecord
    from fastlint.engine.said import Said
    from fastlint.engine.workspace import Workspace
    from fastlint.overlap.configured import Configured
    from fastlint.routetable import RouteTable
    from fastlint.selection import UnknownSelector

_WORTH_A_WORKER = 1_500_000
"""Bytes to survey for each further process: less is done sooner than a process is started."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a command asks for."""

    root: Path
    settings: Settings
    paths: tuple[str, ...]
    """Files and folders to report on, absolute or relative to the working folder."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    """What the command line says of the rules, on top of the settings."""
    stdin: tuple[str, bytes] | None = None
    """A file's path (relative to the root) and the text that stands for it."""
    use_cache: bool = True
    jobs: int = 0
    """Processes to use at most; 0 for as many as there are processors."""


class Refused(msgspec.Struct, frozen=True):
    """Why nothing was checked: a mistake in what was asked for."""

    missing: tuple[str, ...] = ()
    unknown: tuple[UnknownSelector, ...] = ()


class Checked(NamedTuple):
    """What was said, and what it was said of."""

    outcome: Outcome
    workspace: Workspace | None
    """None where the cache answered: nothing was opened then."""
    selected: frozenset[str]
    """The files that the paths of the request select."""


class _Found(msgspec.Struct, frozen=True):
    files: tuple[DiscoveredFile, ...]
    reported: frozenset[str]
    unreadable: tuple[Unreadable, ...]
    versions: tuple[DiscoveredFile, ...]
    """Files that say which versions of libraries the project uses."""
    ruff: Configured | None
    """Ruff's settings for the files, where its findings are left to it."""


Progress = Callable[[int, int], None]


def check(request: Request, progress: Progress | None = None) -> Checked | Refused:
    """Check the project; from the cache where nothing has changed."""
    found = _find(request)
    if isinstance(found, Refused):
        return found
    kept = _cache(request)
    lasting = kept is not None and request.stdin is None
    key = _key(request, found) if lasting else ""
    if kept is not None and lasting and (known := kept.outcome(key)) is not None:
        return Checked(known, None, found.reported)
    opened = _open(request, found, kept, progress)
    if isinstance(opened, Refused):
        return opened
    try:
        outcome = opened.check()
    except msgspec.MsgspecError:
        if kept is None:
            raise
        # Somebody forged facts that are none: what the cache holds is not believed.
        return check(msgspec.structs.replace(request, use_cache=False), progress)
    if kept is not None and lasting:
        _keep(kept, found, opened)
        if cache.is_settled((*found.files, *found.versions)):
            kept.keep_outcome(key, outcome)
    return Checked(outcome, opened, found.reported)


def open_workspace(request: Request, progress: Progress | None = None) -> Workspace | Refused:
    """The project as a workspace, for a command that checks more than once."""
    found = _find(request)
    if isinstance(found, Refused):
        return found
    return _open(request, found, _cache(request), progress)


def table(request: Request, progress: Progress | None = None) -> RouteTable | Refused:
    """The routes of the project; those whose handlers stand in the files that are asked for."""
    from fastlint.engine.listing import listed

    found = _find(request)
    if isinstance(found, Refused):
        return found
    kept = _cache(request)
    opened = _open(request, found, kept, progress)
    if isinstance(opened, Refused):
        return opened
    try:
        made = listed(opened.project, found.reported, opened.unread)
    except msgspec.MsgspecError:
        if kept is None:
            raise
        # Somebody forged facts that are none: what the cache holds is not believed.
        return table(msgspec.structs.replace(request, use_cache=False), progress)
    if kept is not None and opened.is_news and request.stdin is None:
        _keep(kept, found, opened)
    return made


def reader(request: Request) -> Callable[[str], SourceFile | Unreadable]:
    """How the files of a request are read, by their path relative to the root."""
    stdin = request.stdin

    def read_text(path: str) -> SourceFile | Unreadable:
        if stdin is not None and path == stdin[0]:
            from fastlint.source.decode import decode

            return decode(path, stdin[1])
        return read(request.root, path)

    return read_text


def _find(request: Request) -> _Found | Refused:
    settings = request.settings
    discovery = discover(
        request.root,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        respect_gitignore=settings.respect_gitignore,
        others=version_files.SUFFIXES,
    )
    about = version_files.find(request.root, discovery.others, [f.path for f in discovery.files])
    if request.stdin is not None:
        path = request.stdin[0]
        excluded = settings.force_exclude and _is_excluded(request.root, path, discovery.files)
        reported = frozenset(() if excluded else (path,))
        return _Found(discovery.files, reported, (), about, _ruff(request, reported))
    chosen = select(
        request.root,
        discovery,
        request.paths,
        exclude=settings.exclude,
        extend_exclude=settings.extend_exclude,
        force_exclude=settings.force_exclude,
    )
    if chosen.missing:
        return Refused(missing=chosen.missing)
    reported = chosen.paths | {each.path for each in chosen.unreadable}
    ruff = _ruff(request, reported)
    return _Found((*discovery.files, *chosen.extra), reported, chosen.unreadable, about, ruff)


def _ruff(request: Request, paths: Iterable[str]) -> Configured | None:
    if request.settings.ruff_overlap == "report":
        return None
    from fastlint.overlap.configured import configured

    return configured(request.root, paths)


def _is_excluded(root: Path, path: str, files: Sequence[DiscoveredFile]) -> bool:
    """Whether a file is there and was left out."""
    return os.path.lexists(root / path) and all(file.path != path for file in files)


def _cache(request: Request) -> cache.Cache | None:
    if not request.use_cache:
        return None
    return cache.Cache(request.root, request.settings.cache_dir)


def _key(request: Request, found: _Found) -> str:
    given = {
        "settings": request.settings,
        "rules": (request.select, request.ignore, request.extend_select),
        "reported": sorted(found.reported),
        "unreadable": found.unreadable,
        "root": os.fsencode(request.root),
        "ruff": found.ruff,
    }
    return cache.run_key((*found.files, *found.versions), given)


def _open(
    request: Request, found: _Found, kept: cache.Cache | None, progress: Progress | None
) -> Workspace | Refused:
    from fastlint.catalogue import catalogue
    from fastlint.engine.record import record
    from fastlint.engine.running import running
    from fastlint.engine.workspace import Workspace
    from fastlint.selection import choose
    from fastlint.versions.gather import read as read_versions

    rules = catalogue()
    selection = choose(
        rules,
        request.settings,
        select=request.select,
        ignore=request.ignore,
        extend_select=request.extend_select,
    )
    if selection.unknown:
        return Refused(unknown=selection.unknown)
    stored = kept.records() if kept is not None else cache.Records("")
    versions = read_versions(request.root, found.versions, request.settings.versions)
    runs = running(rules, selection, versions, stored.needs_project)
    local = runs.local
    before = _stored(stored)
    records = dict(_known(request.root, found.files, stored, before))
    missing = [file for file in found.files if file.path not in records]
    for made in _survey(request, missing, local, progress):
        records[made.path] = made
    for each in found.unreadable:
        records[each.path] = record(each, local)
    read_text = reader(request)
    if request.stdin is not None:
        source = read_text(request.stdin[0])
        records[request.stdin[0]] = record(source, local)
    return Workspace(
        request.settings,
        selection,
        rules,
        runs,
        {path: records[path] for path in sorted(records)},
        found.reported,
        read_text,
        dict(stored.fixes),
        enclosing_package(request.root),
        versions,
        _said(stored),
        before,
        bool(missing) or request.stdin is not None,
        found.ruff,
        lambda: _excluded(request),
    )


def _excluded(request: Request) -> tuple[str, ...]:
    """The files that are there, whatever the settings leave out."""
    respected = request.settings.respect_gitignore
    found = discover(request.root, respect_gitignore=respected)
    return tuple(each.path for each in found.files)


def _said(stored: cache.Records) -> Said | None:
    from fastlint.engine.said import Said

    try:
        return msgspec.msgpack.decode(stored.said, type=Said | None)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _stored(stored: cache.Records) -> dict[str, FileRecord]:
    """The records that the cache holds."""
    from fastlint.engine.record import FileRecord

    decoder = msgspec.msgpack.Decoder(FileRecord)
    found: dict[str, FileRecord] = {}
    for path, kept in stored.files.items():
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            found[path] = decoder.decode(kept.record)
    return found


def _known(
    root: Path,
    files: Sequence[DiscoveredFile],
    stored: cache.Records,
    before: Mapping[str, FileRecord],
) -> Iterator[tuple[str, FileRecord]]:
    """The records of files that hold what they held when the records were made.

    A file that was touched (checked out again, restored by a CI's cache) is compared by content.
    """
    for file in files:
        made = before.get(file.path)
        if made is None:
            continue
        if stored.files[file.path].stamp == cache.stamp(file) or _holds(root, made):
            yield file.path, made


def _holds(root: Path, made: FileRecord) -> bool:
    data = read_bytes(root, made.path)
    return isinstance(data, bytes) and digest(data) == made.digest


def _survey(
    request: Request,
    files: Sequence[DiscoveredFile],
    rules: Sequence[Rule],
    progress: Progress | None,
) -> Iterator[FileRecord]:
    from fastlint.engine.record import record

    most = request.jobs or os.cpu_count() or 1
    workers = min(most, 1 + sum(file.size for file in files) // _WORTH_A_WORKER)
    if workers > 1:
        from fastlint.engine.parallel import survey_in_processes

        done = survey_in_processes(request.root, files, rules, workers)
    else:
        done = (record(read(request.root, file.path), rules) for file in files)
    for number, made in enumerate(done, 1):
        if progress is not None:
            progress(number, len(files))
        yield made


def _keep(kept: cache.Cache, found: _Found, workspace: Workspace) -> None:
    stamps: Mapping[str, DiscoveredFile] = {file.path: file for file in found.files}
    files = {
        path: cache.Kept(cache.stamp(stamps[path]), msgspec.Raw(msgspec.msgpack.encode(record)))
        for path, record in workspace.judged.items()
        if path in stamps and cache.is_settled((stamps[path],))
    }
    said = msgspec.Raw(msgspec.msgpack.encode(workspace.said))
    fixes = list(workspace.fixes.items())
    needs_project = workspace.running.needs_project()
    kept.keep_records(cache.Records(kept.version, files, said, needs_project, fixes))
