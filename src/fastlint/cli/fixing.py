"""Applies fixes and says what came of it: written, shown as a diff, or sent to stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint import api
from fastlint.cli.interrupting import undisturbed
from fastlint.cli.terminal import say
from fastlint.engine import disk
from fastlint.outcome import AppliedFix, Outcome
from fastlint.report.summary import counted
from fastlint.source.write import Unwritable, all_left, write_together

if TYPE_CHECKING:
    from fastlint.engine.workspace import Workspace


_CHANGED = "it has changed since it was read"


class Mended(NamedTuple):
    """A project of which the fixes are worked out, and nothing is written yet."""

    workspace: Workspace
    fixed: api.Fixed


def mend(request: disk.Request, checked: disk.Checked, *, unsafe: bool) -> Mended | None:
    """Work out the fixes; None where there are none."""
    only = request.stdin[0] if request.stdin else None
    if not any(api.will_fix(each, unsafe=unsafe, only=only) for each in checked.outcome.findings):
        return None
    workspace = checked.workspace
    first = checked.outcome
    if workspace is None:
        opened = disk.open_workspace(request)
        if isinstance(opened, disk.Refused):  # gone since it was checked
            return None
        workspace, first = opened, opened.check()
    return Mended(workspace, api.fix(workspace, unsafe=unsafe, first=first, only=only))


def write_all(request: disk.Request, mended: Mended) -> tuple[Outcome, tuple[Unwritable, ...]]:
    """Write every file that is different now: what is left to say, and what was not written."""
    workspace, fixed = mended
    done: list[str] = []
    try:
        failures = tuple(_written(request, mended, done))
    except KeyboardInterrupt:
        every = counted(len(fixed.files), "file")
        say(f"interrupted: {len(done):,} of {every} fixed, the rest is as it was")
        raise
    if not failures:
        return fixed.outcome, ()
    lost = {each.path for each in failures}
    texts = {path: text for path, text in fixed.files.items() if path not in lost}
    applied = tuple(each for each in fixed.outcome.applied if each.path not in lost)
    return msgspec.structs.replace(workspace.check(texts), applied=applied), failures


def _written(request: disk.Request, mended: Mended, done: list[str]) -> Iterator[Unwritable]:
    """Write what belongs together all or none, and put what is written into ``done``."""
    for group in mended.fixed.together:
        paths = sorted(group)
        sources = {path: mended.workspace.source(path) for path in paths}
        changes = [(file, mended.fixed.files[path]) for path, file in sources.items() if file]
        gone = [Unwritable(path, _CHANGED) for path, file in sources.items() if file is None]
        if gone:
            yield from all_left(paths, gone)
            continue
        with undisturbed():
            failures = write_together(request.root, changes)
            if not failures:
                done.extend(paths)
        yield from failures


def tell(fixed: api.Fixed, applied: Sequence[AppliedFix], *, verbose: bool, by_file: bool) -> None:
    """Say on stderr what was fixed, and what was not although it was tried."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in applied:
        counts[each.path if by_file else "", each.code, each.name] += each.count
    shown = ""
    for (path, code, name), count in sorted(counts.items()):
        if path != shown:
            shown = path
            say(f"{path}:")
        say(f"{'  ' if path else ''}fixed {count:,} x {code} {name}")
    if fixed.dropped and verbose:
        for finding, reason in fixed.dropped:
            place = f"{finding.span.path}:{finding.span.line}"
            say(f"not fixed: {place}: {finding.code} {finding.name}: {reason}")
    elif fixed.dropped:
        say(f"not kept: {counted(len(fixed.dropped), 'fix', 'fixes')}; `--verbose` says why")
    if not fixed.finished:
        say(f"stopped after {counted(fixed.rounds, 'round')} of fixes: run it again")
