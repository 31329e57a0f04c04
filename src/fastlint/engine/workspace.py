"""The files of a project and what is known of them, from one check to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalogue import Catalogue, catalogue
from fastlint.config.settings import Settings
from fastlint.engine.judging import Engine
from fastlint.engine.linking import linked
from fastlint.engine.record import FileRecord, judge, record
from fastlint.engine.running import Running, running
from fastlint.engine.said import Said
from fastlint.findings import Fix
from fastlint.outcome import Outcome
from fastlint.selection import Selection, choose
from fastlint.source.decode import decode, digest, encode
from fastlint.source.file import SourceFile, Unreadable
from fastlint.versions.project import Versions

if TYPE_CHECKING:
    from fastlint.facts.tree import ModuleFacts
    from fastlint.model.project import Project
    from fastlint.overlap.configured import Configured

Read = Callable[[str], SourceFile | Unreadable]


@dataclass
class Workspace:
    """A project that can be checked again after some of its files have got new texts."""

    settings: Settings
    selection: Selection
    rules: Catalogue
    running: Running
    records: dict[str, FileRecord]
    reported: Collection[str]
    read: Read
    fixes: dict[bytes, Fix | str] = field(default_factory=dict)
    package: str = ""
    versions: Versions = field(default_factory=Versions)
    said: Said | None = None
    """What the rules for the whole project said last, of the files as they are on disk."""
    before: Mapping[str, FileRecord] = field(default_factory=dict)
    """The records that ``said`` speaks of, where they are not the same as ``records``."""
    is_news: bool = True
    """Whether something of it was not in the cache."""
    ruff: Configured | None = None
    """Ruff's settings, where what it reports as well is left to it."""
    excluded: Callable[[], Collection[str]] = tuple
    """Finds the files that are there but left out by the settings."""
    _sources: dict[str, SourceFile | None] = field(default_factory=dict)
    _tried: dict[str, tuple[str, FileRecord]] = field(default_factory=dict)
    """The last text that stood for a file, and its record."""
    _decoded: dict[str, tuple[str, ModuleFacts]] = field(default_factory=dict)

    def check(self, texts: Mapping[str, str] | None = None) -> Outcome:
        """What there is to say; ``texts`` stand for the files of their paths."""
        changed = {path: self._changed(path, text) for path, text in (texts or {}).items()}
        records = dict(self.judged)
        for path, source in changed.items():
            records[path] = self._record(source)

        originals = {path: self.source(path) for path in changed}
        unfixed = {path: source for path, source in originals.items() if source is not None}

        def current(path: str) -> SourceFile | None:
            return changed[path] if path in changed else self.source(path)

        engine = Engine(
            self.rules,
            self.selection,
            self.running,
            self.settings,
            records,
            self.reported,
            current,
            self.fixes,
            self.package,
            self.said,
            self.versions,
            self.before,
            self._decoded,
            self.ruff,
            unfixed,
        )
        outcome = engine.outcome()
        if not changed and engine.said is not None:
            self.said, self.before = engine.said, self.judged
        return outcome

    @cached_property
    def project(self) -> Project:
        """The project as it is on disk. Raises msgspec.MsgspecError for forged facts."""
        from fastlint.facts import tree

        decoded = {path: tree.decode(r.facts) for path, r in self.records.items() if r.facts}
        return linked(self.records, decoded, self.settings, self.package, self.versions)

    @property
    def unread(self) -> int:
        """How many files could not be read or parsed."""
        return sum(each.facts is None for each in self.records.values())

    @cached_property
    def judged(self) -> dict[str, FileRecord]:
        """The records, with what the selected rules for single files say."""
        return {path: judge(each, self.running.local) for path, each in self.records.items()}

    def paths(self) -> tuple[str, ...]:
        """All files that there are, those that are left out included."""
        return tuple(dict.fromkeys((*self.records, *self.excluded())))

    def source(self, path: str) -> SourceFile | None:
        """The file that is known; None where it cannot be had or has changed since."""
        if path not in self._sources:
            found = self.read(path)
            known = self.records.get(path)
            # What is known of one text must not be done to another.
            gone = isinstance(found, Unreadable) or (
                known is not None and known.digest not in ("", found.digest)
            )
            self._sources[path] = None if gone or isinstance(found, Unreadable) else found
        return self._sources[path]

    def text(self, path: str) -> str | None:
        """The text of the file; None where it cannot be had."""
        found = self.source(path)
        return None if found is None else found.text

    @property
    def stale(self) -> tuple[str, ...]:
        """The files that were wanted again and had changed since they were read."""
        return tuple(
            sorted(
                path
                for path, source in self._sources.items()
                if source is None and path in self.records and self.records[path].digest
            )
        )

    def _record(self, source: SourceFile) -> FileRecord:
        known = self._tried.get(source.path)
        if known is None or known[0] != source.text:
            known = (source.text, record(source, self.running.local))
            self._tried[source.path] = known
        return known[1]

    def _changed(self, path: str, text: str) -> SourceFile:
        before = self.source(path)
        if before is None:
            return SourceFile(path, text, digest=digest(text.encode("utf-8", "surrogatepass")))
        data = encode(before, text)
        told = data if isinstance(data, bytes) else text.encode("utf-8", "surrogatepass")
        return msgspec.structs.replace(before, text=text, digest=digest(told))


def in_memory(files: Mapping[str, str | bytes], settings: Settings) -> Workspace:
    """A workspace over texts. Raises ValueError for a selector that no rule answers to."""
    rules = catalogue()
    selection = choose(rules, settings)
    if selection.unknown:
        raise ValueError("; ".join(str(each) for each in selection.unknown))
    sources = {
        path: decode(path, text.encode("utf-8") if isinstance(text, str) else text)
        for path, text in files.items()
    }
    versions = Versions(settings.versions)
    runs = running(rules, selection, versions)
    records = {path: record(source, runs.local) for path, source in sources.items()}
    reported = frozenset(files)
    read = sources.__getitem__
    return Workspace(settings, selection, rules, runs, records, reported, read, versions=versions)
