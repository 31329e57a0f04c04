"""One round of fixes: which of them can be kept together, which are dropped and why.

Looking at a whole project again is what costs, so all fixes are tried together, and where the
result is not clean, what is said tells which of them are to blame: most often all but one look is
spared. Only where nothing tells, the fixes are halved again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from fastlint.findings import Finding, Fix, Severity
from fastlint.fixes.apply import Applied, apply_fixes
from fastlint.fixes.comparing import Moves, edits_of, is_still, new_findings
from fastlint.fixes.left_over import tidied
from fastlint.fixes.others import Others
from fastlint.fixes.parsing import compiles, parses

Check = Callable[[Mapping[str, str]], Sequence[Finding]]
"""All findings of the project, given the new texts of the files that were changed so far."""


class Dropped(msgspec.Struct, frozen=True):
    """A finding whose fix was not kept, and why."""

    finding: Finding
    reason: str
    """A clause that completes "not fixed: ..."."""


class Unit(NamedTuple):
    """A fix and every finding that it mends: several may ask for the very same edits."""

    fix: Fix
    findings: tuple[Finding, ...]

    @property
    def paths(self) -> frozenset[str]:
        """The files that it changes."""
        return frozenset(edit.span.path for edit in self.fix.edits)


class State(NamedTuple):
    """The files that are different now, and what there is to say of them."""

    texts: dict[str, str]
    findings: Sequence[Finding]


class _Verdict(NamedTuple):
    """Why some fixes cannot be kept together; or, without a reason, what they lead to."""

    reason: str
    blamed: Collection[Fix] = ()
    """Those that the reason speaks of; empty where that cannot be told."""
    certain: bool = False
    """Whether those are to blame whatever becomes of the others."""
    result: State | None = None


class Round:
    """One round: which fixes are kept, which are dropped and why."""

    def __init__(
        self,
        originals: Mapping[str, str],
        state: State,
        check: Check,
        widths: Mapping[str, int],
        others: Others | None = None,
    ) -> None:
        """``originals``: the texts as they were before the first round; ``widths``: of lines."""
        self.originals = originals
        self.others = others
        self.before = {**originals, **state.texts}
        self.state = state
        self.check = check
        self.widths = widths
        self.kept: list[Unit] = []
        self.dropped: list[tuple[Unit, str]] = []
        self._result: State | None = None

    def run(self, units: Sequence[Unit]) -> State | None:
        """Try all; the state after the fixes that were kept, or None if there are none."""
        by_fix = {unit.fix: unit for unit in units}
        left = list(by_fix)
        while left and not self.kept:
            first = apply_fixes(self.before, left, self.widths)
            self._keep([by_fix[fix] for fix in first.fixes])
            # Where all of these were dropped, those that had to wait for them need not wait.
            left = list(first.waiting)
            if not first.fixes:
                for fix in left:
                    self._drop(by_fix[fix], "its edits do not fit the file")
                break
        return self._result

    def _keep(self, batch: list[Unit]) -> None:
        """Keep as many of the batch as go well with what is kept already."""
        batch = self._parsing(batch)
        while batch:
            verdict = self._verdict(batch)
            if not verdict.reason:
                self.kept, self._result = [*self.kept, *batch], verdict.result
                return
            if len(batch) == 1:
                self._drop(batch[0], verdict.reason)
                return
            blamed = [unit for unit in batch if unit.fix in verdict.blamed]
            others = [unit for unit in batch if unit.fix not in verdict.blamed]
            if verdict.certain and (others or _are_apart(batch)):
                for unit in blamed:
                    self._drop(unit, verdict.reason)
                batch = others
                continue
            if verdict.certain:  # those of one file may spoil it for each other
                others, blamed = _one_of_each_file(batch)
            elif not blamed or not others:
                half = len(batch) // 2
                others, blamed = batch[:half], batch[half:]
            self._keep(others)
            batch = blamed

    def _drop(self, unit: Unit, reason: str) -> None:
        self.dropped.append((unit, reason))

    def _parsing(self, batch: list[Unit]) -> list[Unit]:
        """The batch without those after which Python refused a file; that costs no check."""
        fixes = [unit.fix for unit in (*self.kept, *batch)]
        texts = apply_fixes(self.before, fixes).texts
        broken = {path for path, text in texts.items() if not self._is_read(path, text)}
        if not broken:
            return batch
        sound = [unit for unit in batch if broken.isdisjoint(unit.paths)]
        for unit in batch:
            if broken.isdisjoint(unit.paths):
                continue
            near = [u.fix for u in (*self.kept, *sound, unit) if not u.paths.isdisjoint(unit.paths)]
            alone = apply_fixes(self.before, near).texts
            again = (path for path in alone if path in broken)
            bad = next((path for path in again if not self._is_read(path, alone[path])), None)
            if bad is None:
                sound.append(unit)
            else:
                how = "compile" if parses(alone[bad]) else "parse"
                self._drop(unit, f"{bad} would not {how}")
        left = {unit.fix for unit in sound}
        return [unit for unit in batch if unit.fix in left]

    def _is_read(self, path: str, text: str) -> bool:
        """Whether Python takes the new text of a file, as far as it took the old one."""
        return compiles(text) or (parses(text) and not compiles(self.before[path]))

    def _verdict(self, batch: list[Unit]) -> _Verdict:
        """Whether a batch can be kept besides what is kept already."""
        units = [*self.kept, *batch]
        applied = apply_fixes(self.before, [unit.fix for unit in units])
        if applied.waiting:
            return _Verdict("it overlaps with another fix", frozenset(applied.waiting))
        if not applied.texts:
            return _Verdict("it changes nothing")
        if self.others is not None:
            applied = tidied(self.originals, self.before, applied, self.others)
        texts = {**self.state.texts, **applied.texts}
        findings = self.check(texts)
        return self._compared(units, applied, findings) or _Verdict(
            "", result=State(texts, findings)
        )

    def _compared(
        self, units: list[Unit], applied: Applied, findings: Sequence[Finding]
    ) -> _Verdict | None:
        """What speaks against fixes that lead to these findings."""
        fixed = {id(finding) for unit in units for finding in unit.findings}
        moves = {
            path: Moves(self.before[path], text, edits_of(applied.fixes, path))
            for path, text in applied.texts.items()
        }
        others = [each for each in self.state.findings if id(each) not in fixed]
        new = new_findings(others, findings, moves)
        left = {
            unit.fix
            for unit in units
            for finding in unit.findings
            if any(is_still(finding, each, moves) for each in new)
        }
        if left:
            return _Verdict("the finding would still be there", left, certain=True)
        for finding in new:
            if finding.severity is Severity.ERROR:
                path = finding.span.path
                reason = f"it would add {finding.code} at {path}:{finding.span.line}: "
                near = {unit.fix for unit in units if path in unit.paths}
                return _Verdict(reason + finding.message, near)
        return None


def _one_of_each_file(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Units no two of which change the same file, and the rest."""
    taken: set[str] = set()
    chosen: list[Unit] = []
    rest: list[Unit] = []
    for unit in units:
        if taken.isdisjoint(unit.paths):
            taken |= unit.paths
            chosen.append(unit)
        else:
            rest.append(unit)
    return chosen, rest


def _are_apart(units: Sequence[Unit]) -> bool:
    return not _one_of_each_file(units)[1]
