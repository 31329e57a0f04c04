"""Fixes in rounds: apply what fits, check again, keep only what did what it promised.

Within a round, fixes are first applied all together. Only if the result is not clean is the round
halved again and again until those that spoil it are found; they are dropped, the others stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from fastlint.findings import Edit, Finding, Fix, Severity, Span
from fastlint.fixes.apply import Applied, apply_fixes, in_order
from fastlint.fixes.parsing import parses
from fastlint.source.file import SourceFile

MOST_ROUNDS = 10

Check = Callable[[Mapping[str, str]], Sequence[Finding]]
"""All findings of the project, given the new texts of the files that were changed so far."""


class Dropped(msgspec.Struct, frozen=True):
    """A finding whose fix was not kept, and why."""

    finding: Finding
    reason: str
    """A clause that completes "not fixed: ..."."""


class Mended(msgspec.Struct, frozen=True):
    """What the rounds came to."""

    texts: dict[str, str]
    """The files that are different now."""
    findings: tuple[Finding, ...]
    """What there is to say about the new texts."""
    applied: tuple[Finding, ...]
    """The findings whose fix was kept, in the order in which they were fixed."""
    dropped: tuple[Dropped, ...]
    rounds: int
    """How many rounds changed something."""
    finished: bool = True
    """False where fixes were still to do after the last round, or undo each other."""


class _Unit(NamedTuple):
    """A fix and every finding that it mends: several may ask for the very same edits."""

    fix: Fix
    findings: tuple[Finding, ...]


class _State(NamedTuple):
    texts: dict[str, str]
    findings: Sequence[Finding]


def fix_in_rounds(
    findings: Sequence[Finding],
    read: Callable[[str], str | None],
    check: Check,
    wanted: Callable[[Finding], bool] = lambda finding: (
        finding.fix is not None and finding.fix.safe
    ),
) -> Mended:
    """Fix what is ``wanted`` of ``findings`` until nothing is left to do, at most ten rounds.

    ``read`` gives the text of a file, as it was when ``findings`` were made; it is asked only for
    files that fixes touch. ``check`` is called at least once a round. A fix is dropped if its
    result does not parse, if its finding is still there, or if there is a new finding of severity
    error; in a later round, around other text, it is tried again.
    """
    originals: dict[str, str] = {}
    state = _State({}, findings)
    seen = [state.texts]
    applied: list[Finding] = []
    dropped: list[Dropped] = []
    for number in range(MOST_ROUNDS):
        units = _units(finding for finding in state.findings if finding.fix and wanted(finding))
        _read_all(originals, read, units)
        one_round = _Round(originals, state, check)
        after = one_round.run(units)
        dropped = one_round.dropped
        if not one_round.kept or after is None:
            return _mended(originals, state, applied, dropped, number, finished=True)
        if after.texts in seen:
            return _mended(originals, state, applied, dropped, number, finished=False)
        seen.append(after.texts)
        state = after
        applied.extend(finding for unit in one_round.kept for finding in unit.findings)
    left = any(finding.fix and wanted(finding) for finding in state.findings)
    return _mended(originals, state, applied, dropped, MOST_ROUNDS, finished=not left)


class _Round:
    """One round: which fixes are kept, which are dropped and why."""

    def __init__(self, originals: Mapping[str, str], state: _State, check: Check) -> None:
        self.before = {**originals, **state.texts}
        self.state = state
        self.check = check
        self.kept: list[_Unit] = []
        self.dropped: list[Dropped] = []
        self._result: _State | None = None

    def run(self, units: Sequence[_Unit]) -> _State | None:
        """Try all; the state after the fixes that were kept, or None if there are none."""
        by_fix = {unit.fix: unit for unit in units}
        first = apply_fixes(self.before, by_fix)
        self._keep([by_fix[fix] for fix in first.fixes])
        if not self.kept:
            for fix in first.waiting:
                self._drop(by_fix[fix], "its edits do not fit the file")
            return None
        return self._result

    def _keep(self, batch: list[_Unit]) -> None:
        """Keep as many of the batch as go well with what is kept already."""
        if not batch:
            return
        attempt = [*self.kept, *batch]
        applied = apply_fixes(self.before, [unit.fix for unit in attempt])
        reason, result = self._verdict(attempt, applied)
        if not reason:
            self.kept, self._result = attempt, result
        elif len(batch) == 1:
            self._drop(batch[0], reason)
        else:
            half = len(batch) // 2
            self._keep(batch[:half])
            self._keep(batch[half:])

    def _drop(self, unit: _Unit, reason: str) -> None:
        self.dropped.extend(Dropped(finding, reason) for finding in unit.findings)

    def _verdict(self, units: list[_Unit], applied: Applied) -> tuple[str, _State | None]:
        """Why these fixes cannot be kept together (empty if they can), and what they lead to."""
        if applied.waiting:
            return "it overlaps with another fix", None
        if not applied.texts:
            return "it changes nothing", None
        for path, text in applied.texts.items():
            if not parses(text):
                return f"{path} would not parse", None
        texts = {**self.state.texts, **applied.texts}
        findings = self.check(texts)
        fixed = {id(finding) for unit in units for finding in unit.findings}
        moves = {
            path: _Moves(self.before[path], text, _edits_of(applied.fixes, path))
            for path, text in applied.texts.items()
        }
        new = _new_findings(
            [each for each in self.state.findings if id(each) not in fixed], findings, moves
        )
        for unit in units:
            for finding in unit.findings:
                if any(_is_still(finding, each, moves) for each in new):
                    return "the finding would still be there", None
        for finding in new:
            if finding.severity is Severity.ERROR:
                where = f"{finding.span.path}:{finding.span.line}"
                return f"it would add {finding.code} at {where}: {finding.message}", None
        return "", _State(texts, findings)


class _Moves:
    """Where things of the old text are in the new one."""

    def __init__(self, old: str, new: str, edits: Sequence[Edit]) -> None:
        self.old = SourceFile(path="", text=old)
        self.new = SourceFile(path="", text=new)
        self.edits = [
            (
                self.old.offset(edit.span.line, edit.span.column),
                self.old.offset(edit.span.end_line, edit.span.end_column),
                len(edit.text),
            )
            for edit in edits
        ]

    def position(self, line: int, column: int, *, late: bool = True) -> tuple[int, int]:
        """The new position of an old one. ``late``: after what is inserted right there."""
        if line > len(self.old.lines):
            return line, column
        offset = self.old.offset(line, column)
        shift = 0
        for start, end, length in self.edits:
            if end < offset or (end == offset and (start < end or late)):
                shift += length - (end - start)
            elif start < offset:
                shift += start - offset  # within what was replaced: at its start
        return self.new.position(max(offset + shift, 0))


def _edits_of(fixes: Sequence[Fix], path: str) -> list[Edit]:
    return sorted({edit for fix in fixes for edit in fix.edits if edit.span.path == path})


def _start_of(span: Span, moves: Mapping[str, _Moves], *, late: bool = True) -> tuple[int, int]:
    moved = moves.get(span.path)
    if moved is None:
        return span.line, span.column
    return moved.position(span.line, span.column, late=late)


def _new_findings(
    before: Sequence[Finding], after: Sequence[Finding], moves: Mapping[str, _Moves]
) -> list[Finding]:
    """The findings that were not there before, at the same place or in the same words."""
    places = Counter((each.code, each.span.path, *_start_of(each.span, moves)) for each in before)
    rest: list[Finding] = []
    for each in after:
        place = (each.code, each.span.path, each.span.line, each.span.column)
        if places[place]:
            places[place] -= 1
        else:
            rest.append(each)
    words: Counter[tuple[str, str, str]] = Counter()
    for each in before:
        place = (each.code, each.span.path, *_start_of(each.span, moves))
        if places[place]:
            places[place] -= 1
            words[each.code, each.span.path, each.message] += 1
    new: list[Finding] = []
    for each in rest:
        said = (each.code, each.span.path, each.message)
        if words[said]:
            words[said] -= 1
        else:
            new.append(each)
    return new


def _is_still(finding: Finding, new: Finding, moves: Mapping[str, _Moves]) -> bool:
    """Whether a new finding is the one that was to be fixed."""
    if (finding.code, finding.span.path) != (new.code, new.span.path):
        return False
    if finding.message == new.message:
        return True
    span = finding.span
    start = _start_of(span, moves, late=False)
    end = _start_of(Span(span.path, span.end_line, span.end_column, 0, 0), moves)
    return start <= (new.span.line, new.span.column) < end


def _units(findings: Iterable[Finding]) -> list[_Unit]:
    together: dict[Fix, list[Finding]] = {}
    for finding in findings:
        if finding.fix is None:
            continue
        together.setdefault(finding.fix, []).append(finding)
    return [_Unit(fix, tuple(together[fix])) for fix in in_order(together)]


def _read_all(
    originals: dict[str, str], read: Callable[[str], str | None], units: Sequence[_Unit]
) -> None:
    for unit in units:
        for edit in unit.fix.edits:
            if edit.span.path not in originals:
                text = read(edit.span.path)
                if text is not None:
                    originals[edit.span.path] = text


def _mended(
    originals: Mapping[str, str],
    state: _State,
    applied: list[Finding],
    dropped: list[Dropped],
    rounds: int,
    *,
    finished: bool,
) -> Mended:
    return Mended(
        {path: text for path, text in state.texts.items() if text != originals[path]},
        tuple(state.findings),
        tuple(applied),
        tuple(dropped),
        rounds,
        finished,
    )
