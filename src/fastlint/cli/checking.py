"""One run of ``fastlint check``: check, fix, show, and the exit code that says how it went."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.cli import asked
from fastlint.cli.progress import Progress
from fastlint.cli.showing import Show, deliver, options, possible
from fastlint.cli.terminal import is_terminal, say, write, write_bytes
from fastlint.engine import disk
from fastlint.report import TEXT_FORMATS
from fastlint.report.summary import counted
from fastlint.source.file import Unreadable

if TYPE_CHECKING:
    from fastlint.cli.fixing import Mended
    from fastlint.outcome import Outcome
    from fastlint.report.options import Sources
    from fastlint.source.file import SourceFile

CLEAN, FOUND, BROKEN = range(3)


class Wanted(NamedTuple):
    """What is to be done, apart from checking and showing."""

    config: str | None
    fix: bool
    fix_only: bool
    """Whether what is left is nobody's business; ``fix`` is true then."""
    diff: bool
    unsafe: bool
    fail_on_fix: bool
    exit_zero: bool


def run(request: disk.Request, wanted: Wanted, show: Show) -> int:
    """Do all of it; the exit code."""
    possible(show, reports=wanted.diff or not wanted.fix_only)
    with Progress(quiet=show.quiet) as progress:
        checked = disk.check(request, progress)
    if isinstance(checked, disk.Refused):
        raise asked.refused(request, wanted.config)
    _remark(request, checked, wanted, show)
    mended = _mended(request, checked, wanted)
    failed = _is_overtaken(checked, mended) and (wanted.fix or wanted.diff)
    if wanted.diff:
        code = _show_diff(request, checked.outcome, mended, show)
        if checked.outcome.errors:
            return _code(request, checked.outcome, wanted)
        if failed:
            return BROKEN
        return CLEAN if wanted.exit_zero and code == FOUND else code
    if wanted.fix and request.stdin is not None:
        return _fix_stdin(request, checked, mended, wanted, show)
    outcome = checked.outcome
    if mended is not None:
        outcome, lost = _write(request, mended)
        failed = failed or lost
    if not wanted.fix_only:
        deliver(request, outcome, _sources(request), show)
    if wanted.fix:
        _tell(mended, outcome, wanted, show)
    return BROKEN if failed else _code(request, outcome, wanted)


def _remark(request: disk.Request, checked: disk.Checked, wanted: Wanted, show: Show) -> None:
    """What a person may want to know before the findings."""
    if show.verbose:
        loaded = asked.configured(request.paths or (request.stdin or ("",))[:1], wanted.config)
        say(f"root: {request.root}")
        say(f"settings: {loaded.origin or 'none, the defaults apply'}")
        how = "from the cache, nothing has changed" if checked.workspace is None else "anew"
        say(f"checked {how}; reporting on {counted(len(checked.selected), 'file')}")
    idle = {"--unsafe-fixes": wanted.unsafe, "--show-fixes": show.fixes}
    named = " and ".join(f"`{option}`" for option, given in idle.items() if given)
    if named and not (wanted.fix or wanted.diff) and not show.quiet:
        say(f"note: nothing is fixed by {named} alone, add `--fix` or `--diff`")
    if not checked.selected and request.stdin is None and not show.quiet:
        say(f"warning: there are no Python files in {', '.join(request.paths)}")


def _is_overtaken(checked: disk.Checked, mended: Mended | None) -> bool:
    """Whether files changed under our hands; if so, it is said."""
    workspace = checked.workspace if mended is None else mended.workspace
    stale = () if workspace is None else workspace.stale
    if stale:
        files = counted(len(stale), "file")
        say(f"error: {files} changed while being checked, run it again: {', '.join(stale)}")
    return bool(stale)


def _mended(request: disk.Request, checked: disk.Checked, wanted: Wanted) -> Mended | None:
    if not (wanted.fix or wanted.diff):
        return None
    from fastlint.cli.fixing import mend

    return mend(request, checked, unsafe=wanted.unsafe)


def _write(request: disk.Request, mended: Mended) -> tuple[Outcome, bool]:
    """Write the fixes: what is left, and whether a file could not be written, which is said."""
    from fastlint.cli.fixing import write_all

    outcome, failures = write_all(request, mended)
    for each in failures:
        say(f"error: {each.path} cannot be written: {each.reason}; it is as it was")
    return outcome, bool(failures)


def _tell(mended: Mended | None, outcome: Outcome, wanted: Wanted, show: Show) -> None:
    """Say what was fixed, rule by rule: after the report, where a person still sees it."""
    if show.quiet:
        return
    if mended is not None:
        from fastlint.cli.fixing import tell

        listed = show.fixes and not wanted.fix_only and show.format in TEXT_FORMATS
        applied = () if listed else outcome.applied  # the report has them
        tell(mended.fixed, applied, verbose=show.verbose, by_file=show.fixes)
    if wanted.fix_only and not outcome.applied:
        say(f"fixed nothing{_hidden(outcome)}")


def _hidden(outcome: Outcome) -> str:
    """How much could be fixed by who dares, for the end of a sentence."""
    unsafe = sum(each.fix is not None and not each.fix.safe for each in outcome.findings)
    return f"; {unsafe:,} with `--unsafe-fixes`" if unsafe else ""


def _show_diff(request: disk.Request, outcome: Outcome, mended: Mended | None, show: Show) -> int:
    if mended is None:
        if not show.quiet:
            say(f"would fix nothing{_hidden(outcome)}")
        return CLEAN
    from fastlint.cli.diff import Change, changes, drawn, patch
    from fastlint.cli.fixing import tell

    found = list(changes(mended))
    whole = [each for each in found if isinstance(each, Change)]
    told = options(request, show, sys.stdout)
    if show.file is not None:
        from fastlint.cli.output import write_file

        write_file(show.file, drawn(whole, told) if told.colour else patch(whole, told))
    elif told.colour or is_terminal(sys.stdout):
        write(drawn(whole, told, for_eyes=is_terminal(sys.stdout)))
    else:
        write_bytes(patch(whole, told))
    for each in found:
        if not isinstance(each, Change):
            say(f"error: {each.path} cannot be written: {each.reason}")
    if not show.quiet:
        number = sum(each.count for each in mended.fixed.outcome.applied)
        say(f"would fix {counted(number, 'problem')}")
        tell(mended.fixed, (), verbose=show.verbose, by_file=False)
    if len(whole) != len(found):
        return BROKEN
    return FOUND if whole else CLEAN


def _fix_stdin(
    request: disk.Request,
    checked: disk.Checked,
    mended: Mended | None,
    wanted: Wanted,
    show: Show,
) -> int:
    """The fixed text on stdout, byte for byte as it came where nothing is fixed."""
    name, data = request.stdin or ("", b"")
    outcome = checked.outcome
    source = mended.workspace.source(name) if mended is not None else None
    failed = False
    if mended is not None and source is not None:
        from fastlint.source.decode import encode

        encoded = encode(source, mended.fixed.files.get(name, source.text))
        if isinstance(encoded, bytes):
            data, outcome = encoded, mended.fixed.outcome
        else:
            say(f"error: {name} cannot be written: {encoded}; it is as it was")
            failed = True
    write_bytes(data)
    fixed = msgspec.structs.replace(request, stdin=(name, data))
    if not wanted.fix_only:
        deliver(fixed, outcome, _sources(fixed), show, stream=sys.stderr)
    _tell(mended, outcome, wanted, show)
    return BROKEN if failed else _code(request, outcome, wanted)


def _sources(request: disk.Request) -> Sources:
    """The files as they are now."""
    read = disk.reader(request)

    def source(path: str) -> SourceFile | None:
        found = read(path)
        return None if isinstance(found, Unreadable) else found

    return source


def _code(request: disk.Request, outcome: Outcome, wanted: Wanted) -> int:
    """The exit code that says what is left."""
    if outcome.errors:
        for error in outcome.errors:
            say(f"error: {error}")
        return BROKEN
    if wanted.exit_zero:
        return CLEAN
    fail_on = request.settings.fail_on.rank
    grave = any(finding.severity.rank >= fail_on for finding in outcome.findings)
    if grave and not wanted.fix_only:
        return FOUND
    return FOUND if wanted.fail_on_fix and outcome.applied else CLEAN
