"""Fixes in rounds: apply what fits, check again, keep only what did what it promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from fastlint.findings import Finding, Fix, Severity
from fastlint.fixes.apply import in_order
from fastlint.fixes.comparing import Moves, edits_of, found_again, new_findings
from fastlint.fixes.left_over import left_over
from fastlint.fixes.others import Others
from fastlint.fixes.style import Style
from fastlint.fixes.trial import Check, Dropped, Round, State, Unit

MOST_ROUNDS = 10


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

    @property
    def together(self) -> tuple[frozenset[str], ...]:
        """The changed files, those in one set that fixes of several files hold together."""
        groups: list[frozenset[str]] = [frozenset({path}) for path in self.texts]
        for finding in self.applied:
            edits = finding.fix.edits if finding.fix else ()
            joined = {edit.span.path for edit in edits} & self.texts.keys()
            touched = [group for group in groups if not joined.isdisjoint(group)]
            if len(touched) > 1:
                groups = [group for group in groups if group not in touched]
                groups.append(frozenset().union(*touched))
        return tuple(sorted(groups, key=min))


class _Refusal(NamedTuple):
    """Why a fix was dropped, and the texts of its files then."""

    reason: str
    texts: dict[str, str]

    def stands(self, texts: Mapping[str, str]) -> bool:
        """Whether nothing has changed around the fix, so that it need not be tried again."""
        return all(texts.get(path) == text for path, text in self.texts.items())


def fix_in_rounds(
    findings: Sequence[Finding],
    read: Callable[[str], str | None],
    check: Check,
    wanted: Callable[[Finding], bool] = lambda finding: (
        finding.fix is not None and finding.fix.safe
    ),
    line_length: int | None = None,
    others: Others | None = None,
) -> Mended:
    """Fix what is ``wanted`` of ``findings`` until nothing is left to do, at most ten rounds.

    ``read`` gives the text of a file, as it was when ``findings`` were made; it is asked only for
    files that fixes touch. ``check`` is called at least once a round. A fix is dropped if its
    result does not parse, if its finding is still there, or if there is a new finding of severity
    error; in a later round, around other text, it is tried again. ``line_length`` is what the
    project says of it. Imports that nothing uses any more are taken out where none of the
    ``others`` takes them from there; without those they stay.
    """
    originals: dict[str, str] = {}
    widths: dict[str, int] = {}
    state = State({}, findings)
    seen = [state.texts]
    applied: list[Finding] = []
    refused: dict[Fix, _Refusal] = {}

    def ended(dropped: list[Dropped], number: int, *, finished: bool) -> Mended:
        last, moves = _tidied(originals, state, check, others)
        there = [
            Dropped(found_again(each.finding, last.findings, moves), each.reason)
            for each in dropped
        ]
        return _mended(originals, last, applied, there, number, finished=finished)

    for number in range(MOST_ROUNDS):
        units = _units(finding for finding in state.findings if finding.fix and wanted(finding))
        _read_all(originals, read, units)
        for path in originals.keys() - widths.keys():
            widths[path] = Style(originals[path], line_length).line_length
        one_round = Round(originals, state, check, widths, others)
        now = one_round.before
        known = {fix for fix, refusal in refused.items() if refusal.stands(now)}
        after = one_round.run([unit for unit in units if unit.fix not in known])
        for unit, reason in one_round.dropped:
            texts = {path: now[path] for path in unit.paths if path in now}
            refused[unit.fix] = _Refusal(reason, texts)
            known.add(unit.fix)
        dropped = [
            Dropped(finding, refused[unit.fix].reason)
            for unit in units
            if unit.fix in known
            for finding in unit.findings
        ]
        if not one_round.kept or after is None:
            return ended(dropped, number, finished=True)
        if after.texts in seen:
            return ended(dropped, number, finished=False)
        seen.append(after.texts)
        state = after
        applied.extend(finding for unit in one_round.kept for finding in unit.findings)
    left = any(finding.fix and wanted(finding) for finding in state.findings)
    return ended(dropped, MOST_ROUNDS, finished=not left)


def _tidied(
    originals: Mapping[str, str], state: State, check: Check, others: Others | None
) -> tuple[State, dict[str, Moves]]:
    """The state without imports that stayed because a fix of the same round changed them too.

    With it, where things have moved by that.
    """
    if others is None:
        return state, {}
    applied = left_over(originals, state.texts, others)
    if not applied.texts:
        return state, {}
    texts = {**state.texts, **applied.texts}
    findings = check(texts)
    moves = {
        path: Moves(state.texts[path], text, edits_of(applied.fixes, path))
        for path, text in applied.texts.items()
    }
    new = new_findings(state.findings, findings, moves)
    is_worse = any(each.severity is Severity.ERROR for each in new)
    return (state, {}) if is_worse else (State(texts, findings), moves)


def _units(findings: Iterable[Finding]) -> list[Unit]:
    together: dict[Fix, list[Finding]] = {}
    for finding in findings:
        if finding.fix is None:
            continue
        together.setdefault(finding.fix, []).append(finding)
    return [Unit(fix, tuple(together[fix])) for fix in in_order(together)]


def _read_all(
    originals: dict[str, str], read: Callable[[str], str | None], units: Sequence[Unit]
) -> None:
    for unit in units:
        for edit in unit.fix.edits:
            if edit.span.path not in originals:
                text = read(edit.span.path)
                if text is not None:
                    originals[edit.span.path] = text


def _mended(
    originals: Mapping[str, str],
    state: State,
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
