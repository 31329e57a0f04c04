"""The one door to fastlint for the command line, tests and editors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.config.settings import Settings
from fastlint.outcome import AppliedFix, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.engine.disk import Refused, Request
    from fastlint.engine.workspace import Workspace
    from fastlint.findings import Finding
    from fastlint.routetable import RouteTable


class Fixed(msgspec.Struct, frozen=True):
    """What fixing came to."""

    files: dict[str, str]
    """The new text of each file that is different now, by its path."""
    outcome: Outcome
    """What is left to say of the new texts, and the fixes that were applied."""
    dropped: tuple[tuple[Finding, str], ...]
    """Findings whose fix was not kept, and why."""
    rounds: int
    finished: bool
    together: tuple[frozenset[str], ...] = ()
    """The files, those in one set that are to be written all or none: a fix changed several."""


def check_texts(files: Mapping[str, str | bytes], settings: Settings | None = None) -> Outcome:
    """Check a project that is in memory: file texts by path, relative to the project's root."""
    return _workspace(files, settings).check()


def fix_texts(
    files: Mapping[str, str | bytes],
    settings: Settings | None = None,
    *,
    unsafe: bool = False,
) -> Fixed:
    """Fix a project that is in memory; ``unsafe`` applies fixes that may change behaviour too."""
    return fix(_workspace(files, settings), unsafe=unsafe)


def fix(
    workspace: Workspace,
    *,
    unsafe: bool,
    first: Outcome | None = None,
    only: str | None = None,
) -> Fixed:
    """Fix what a workspace reports. Nothing is written: that is for the caller to do.

    ``first`` is what the workspace said, where it has been asked; ``only`` is the one file that may
    change.
    """
    from fastlint.fixes.others import Others
    from fastlint.fixes.rounds import fix_in_rounds

    first = workspace.check() if first is None else first
    # What came of the last two looks: what the rounds end with is nearly always one of them.
    latest: tuple[tuple[dict[str, str], Outcome], ...] = (({}, first),)

    def wanted(finding: Finding) -> bool:
        return will_fix(finding, unsafe=unsafe, only=only)

    def check(texts: Mapping[str, str]) -> Sequence[Finding]:
        nonlocal latest
        outcome = workspace.check(texts)
        latest = (*latest[-1:], (dict(texts), outcome))
        return outcome.findings

    width = workspace.settings.line_length
    elsewhere = Others(workspace.paths, workspace.text)
    mended = fix_in_rounds(first.findings, workspace.text, check, wanted, width, elsewhere)
    left = next((outcome for texts, outcome in latest if texts == mended.texts), None)
    if left is None:
        left = workspace.check(mended.texts) if mended.texts else first
    return Fixed(
        mended.texts,
        msgspec.structs.replace(left, applied=_counted(mended.applied)),
        tuple((each.finding, each.reason) for each in mended.dropped),
        mended.rounds,
        mended.finished,
        mended.together,
    )


def will_fix(finding: Finding, *, unsafe: bool, only: str | None = None) -> bool:
    """Whether `fix` would try to mend a finding."""
    fix = finding.fix
    if fix is None or not (unsafe or fix.safe):
        return False
    return only is None or all(edit.span.path == only for edit in fix.edits)


def routes(request: Request, progress: Progress | None = None) -> RouteTable | Refused:
    """The routes of a project on disk, as FastAPI will serve them."""
    from fastlint.engine.disk import table

    return table(request, progress)


def routes_of_texts(
    files: Mapping[str, str | bytes], settings: Settings | None = None
) -> RouteTable:
    """The routes of a project that is in memory."""
    from fastlint.engine.listing import listed

    workspace = _workspace(files, settings)
    return listed(workspace.project, unread=workspace.unread)


def _counted(applied: Sequence[Finding]) -> tuple[AppliedFix, ...]:
    counts: dict[tuple[str, str, str, str], int] = {}
    for finding in applied:
        title = finding.fix.title if finding.fix else ""
        key = (finding.span.path, finding.code, finding.name, title)
        counts[key] = counts.get(key, 0) + 1
    return tuple(
        AppliedFix(code, name, path, title, count)
        for (path, code, name, title), count in sorted(counts.items())
    )


def _workspace(files: Mapping[str, str | bytes], settings: Settings | None) -> Workspace:
    from fastlint.engine.workspace import in_memory

    return in_memory(files, settings or Settings())


Progress = Callable[[int, int], None]
"""Told how many of how many files have been read."""
