"""Applies the fixes of one case, alone and together, and asks each time what has changed."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from benchmarks.proving.asking import Interpreter, Told
from benchmarks.proving.cases import Case, Plan, Proof, Result, Verdict, module_of
from benchmarks.proving.comparing import BREAKS, Difference, differences
from fastlint import api
from fastlint.catalogue import catalogue
from fastlint.config.settings import Settings, Versions
from fastlint.engine.disk import Refused, Request, open_workspace
from fastlint.engine.workspace import Workspace
from fastlint.findings import Finding, Fix
from fastlint.fixes.apply import apply_fixes, in_order
from fastlint.fixes.others import Others
from fastlint.fixes.rounds import Mended, fix_in_rounds

_Unit = tuple[Fix, tuple[Finding, ...]]
"""A fix and every finding that it mends."""


@dataclass
class Trial:
    """One case, opened: what there is to fix, and what FastAPI made of it before."""

    case: Case
    ask: Interpreter
    plan: Plan
    workspace: Workspace
    findings: Sequence[Finding]
    """All that is said of the case."""
    before: dict[tuple[str, ...], Told] = field(default_factory=dict)
    _unsteady: dict[tuple[str, ...], frozenset[tuple[str, str]]] = field(default_factory=dict)
    """What is different each time that the modules are imported."""
    _latest: dict[frozenset[tuple[str, str]], dict[tuple[str, ...], Told]] = field(
        default_factory=dict
    )

    def proof(self) -> Proof:
        """What came of each fix, and of all together for each group of modules they reach."""
        units = _units(self.findings, unsafe=self.plan.unsafe)
        if not units:
            return Proof()
        fixed = {edit.span.path for fix, _ in units for edit in fix.edits}
        for entry in self.case.entries:
            modules = entry
            if self.case.with_fixed:
                modules = tuple(dict.fromkeys((*entry, *_modules(self.case, fixed))))
                told = self._told(modules)
                self.ask.preload(told.get("libraries", ()), told.get("own", ()))
            self.before[modules] = self._told(modules)
        alone, in_groups = _shared_out(units, self.plan.alone)
        each = [self._alone(fix, findings) for fix, findings in alone]
        each += self._rules(in_groups)
        mended = api.fix(self.workspace, unsafe=self.plan.unsafe)
        each += [
            self._result((finding.code,), finding, "dropped", alone=False, reason=reason)
            for finding, reason in mended.dropped
        ]
        codes = tuple(sorted({applied.code for applied in mended.outcome.applied}))
        together = tuple(self._together(mended.files, codes))
        return Proof(tuple(each), together, len(self._handlers()), tuple(self._missing()))

    def _handlers(self) -> set[str]:
        """All that the applications of the case serve."""
        applications = [
            each for told in self.before.values() for each in told.get("applications", {}).values()
        ]
        routes = [route for each in applications for route in each.get("routes", ())]
        return {str(route["routes"][4]) for route in routes if "parameters" in route}

    def _missing(self) -> Iterator[str]:
        """The applications of a package that cannot be imported, or that there are none."""
        if self.case.with_fixed and not self._handlers():
            yield "no handler was found, so that no route was compared"
        for told in self.before.values() if self.case.with_fixed else ():
            failed = told.get("failed", {})
            for name in {name for entry in self.case.entries for name in entry} & failed.keys():
                yield f"{name} cannot be imported: {failed[name]}"
            for name in self.case.applications:
                application = told.get("applications", {}).get(name, {"refused": "not there"})
                if "refused" in application and name.partition(":")[0] not in failed:
                    yield f"{name}: {application['refused']}"

    def _alone(self, fix: Fix, findings: Sequence[Finding]) -> Result:
        codes = tuple(sorted({finding.code for finding in findings}))
        texts = apply_fixes(self._originals(fix), [fix]).texts
        verdict, found = self._verdict(texts, codes)
        reason = self._unseen(texts) if verdict == "not importable" else ""
        if verdict == "undeclared":  # the rounds may have refused it
            mended = self._rounds(lambda each: each == fix)
            if not mended.applied:
                verdict, reason = "dropped", mended.dropped[0].reason
            elif mended.texts != texts:
                verdict, found = self._verdict(mended.texts, codes)
        return self._result(codes, findings[0], verdict, alone=True, found=found, reason=reason)

    def _rules(self, units: Sequence[_Unit]) -> Iterator[Result]:
        """All fixes of a rule at once; one at a time where that makes a difference."""
        by_rule: dict[tuple[str, ...], list[_Unit]] = {}
        for unit in units:
            codes = tuple(sorted({finding.code for finding in unit[1]}))
            by_rule.setdefault(codes, []).append(unit)
        for codes, those in by_rule.items():
            chosen = {fix for fix, _ in those}
            mended = self._rounds(chosen.__contains__)
            verdict, found = self._verdict(mended.texts, codes)
            kept = {finding.fix for finding in mended.applied}
            for fix, mends in those:
                if fix not in kept:
                    continue
                if verdict == "undeclared":
                    yield self._alone(fix, mends)
                    continue
                paths = {edit.span.path for edit in fix.edits}
                reason = self._unseen(paths) if verdict == "not importable" else ""
                yield self._result(
                    codes, mends[0], verdict, alone=False, found=found, reason=reason
                )

    def _together(self, texts: Mapping[str, str], codes: tuple[str, ...]) -> Iterator[Result]:
        for entry in self._reached(texts):
            verdict, found = self._verdict(texts, codes, only=entry)
            place = entry[0] if len(entry) == 1 else self.case.label
            reason = self._unseen(texts) if verdict == "not importable" else ""
            yield Result(self.case.label, codes, place, verdict, False, tuple(found), reason)

    # ------------------------------------------------------------------------------- judgement

    def _verdict(
        self,
        texts: Mapping[str, str],
        codes: Iterable[str],
        only: tuple[str, ...] | None = None,
    ) -> tuple[Verdict, list[Difference]]:
        """What the new texts change, and whether the rules declare it."""
        entries = self._reached(texts) if only is None else [only]
        after = self._after(texts, entries)
        found = [each for entry in entries for each in self._changed(entry, after[entry])]
        declared = {change for code in codes for change in _declared(code)}
        wrong = [
            each
            for each in found
            if (each.kind == BREAKS if self.plan.unsafe else each.kind not in declared)
        ]
        if wrong:
            return "undeclared", wrong
        if found:
            return "declared", found
        seen = any(not texts.keys().isdisjoint(told.get("loaded", ())) for told in after.values())
        return ("equal" if seen else "not importable"), []

    def _after(
        self, texts: Mapping[str, str], entries: Sequence[tuple[str, ...]]
    ) -> dict[tuple[str, ...], Told]:
        """What FastAPI makes of it with the new texts; one fix may be all of them."""
        known = self._latest.get(frozenset(texts.items()), {})
        if not known.keys() >= set(entries):
            with _written(self.case.root, texts):
                known = {entry: self._told(entry) for entry in entries}
            self._latest = {frozenset(texts.items()): known}
        return {entry: known[entry] for entry in entries}

    def _unseen(self, paths: Iterable[str]) -> str:
        """Why none of these files was imported."""
        for told in self.before.values():
            failed = told.get("failed", {})
            for module in _modules(self.case, paths):
                if module in failed:
                    return str(failed[module])
        return "nothing that can be imported leads to it"

    def _changed(self, entry: tuple[str, ...], after: Told) -> list[Difference]:
        """Where it differs from before, but for what differs from one import to the next."""
        found = differences(self.before[entry], after)
        if found and entry not in self._unsteady:
            again = differences(self.before[entry], self._told(entry))
            self._unsteady[entry] = frozenset((each.kind, each.place) for each in again)
        return [e for e in found if (e.kind, e.place) not in self._unsteady[entry]]

    def _reached(self, texts: Mapping[str, str]) -> list[tuple[str, ...]]:
        """The groups of modules that load one of the files, or would if they could be imported."""
        return [
            entry
            for entry, told in self.before.items()
            if "died" not in told
            and (
                not texts.keys().isdisjoint(told["loaded"])
                or not told["failed"].keys().isdisjoint(_modules(self.case, texts))
            )
        ]

    def _told(self, entry: tuple[str, ...]) -> Told:
        case = self.case
        return self.ask.ask(case.root, entry, case.search, case.applications)

    def _rounds(self, wanted: Callable[[Fix], bool]) -> Mended:
        def check(texts: Mapping[str, str]) -> Sequence[Finding]:
            return self.workspace.check(texts).findings

        return fix_in_rounds(
            self.findings,
            self.workspace.text,
            check,
            lambda finding: finding.fix is not None and wanted(finding.fix),
            self.workspace.settings.line_length,
            Others(self.workspace.paths, self.workspace.text),
        )

    def _originals(self, fix: Fix) -> dict[str, str]:
        paths = {edit.span.path for edit in fix.edits}
        return {path: self.workspace.text(path) or "" for path in paths}

    def _result(
        self,
        codes: tuple[str, ...],
        finding: Finding,
        verdict: Verdict,
        *,
        alone: bool,
        found: Iterable[Difference] = (),
        reason: str = "",
    ) -> Result:
        place = f"{finding.span.path}:{finding.span.line}"
        # A fix that was dropped belongs to the text of its round, not to the one that is here.
        fix = None if verdict == "dropped" else finding.fix
        inside = fix is not None and self._is_inside(fix)
        return Result(self.case.label, codes, place, verdict, alone, tuple(found), reason, inside)

    def _is_inside(self, fix: Fix) -> bool:
        """Whether a fix changes bodies of functions only."""
        before = self._originals(fix)
        after = apply_fixes(before, [fix]).texts
        return all(_outline(before[path]) == _outline(text) for path, text in after.items())


def prove(case: Case, ask: Interpreter, plan: Plan) -> Proof:
    """What came of the fixes of a case. The case's files are left as found."""
    settings = case.settings
    if settings.versions == Settings().versions:
        versions = msgspec.convert(_known(ask.versions), type(settings.versions))
        settings = msgspec.structs.replace(settings, versions=versions)
    request = Request(
        root=case.root, settings=settings, paths=(str(case.root),), use_cache=False, jobs=1
    )
    workspace = open_workspace(request)
    if isinstance(workspace, Refused):
        raise ValueError(f"{case.label}: {workspace}")  # noqa: TRY004 - of a value, not its type
    outcome = workspace.check()
    if outcome.errors:  # a rule that fell over has no fixes that could be wrong
        raise RuntimeError(f"{case.label}: {'; '.join(outcome.errors[:3])}")
    return Trial(case, ask, plan, workspace, outcome.findings).proof()


def _known(versions: Mapping[str, str]) -> dict[str, str]:
    names = set(Versions.__struct_encode_fields__)
    return {name: version for name, version in versions.items() if name in names}


def _units(findings: Iterable[Finding], *, unsafe: bool) -> list[_Unit]:
    together: dict[Fix, list[Finding]] = {}
    for finding in findings:
        if finding.fix is not None and (unsafe or finding.fix.safe):
            together.setdefault(finding.fix, []).append(finding)
    return [(fix, tuple(together[fix])) for fix in in_order(together)]


def _shared_out(units: list[_Unit], alone: int | None) -> tuple[list[_Unit], list[_Unit]]:
    """Those that are tried one at a time, each rule in turn, and the others."""
    if alone is None or alone >= len(units):
        return units, []
    chance = random.Random(0)  # noqa: S311 - the same ones each time
    rows: dict[str, list[_Unit]] = {}
    for unit in chance.sample(units, len(units)):
        rows.setdefault(unit[1][0].code, []).append(unit)
    ranked = sorted((n, code, unit) for code, row in rows.items() for n, unit in enumerate(row))
    chosen = [unit for _, _, unit in ranked[:alone]]
    return chosen, [unit for unit in units if unit not in chosen]


def _outline(text: str) -> str:
    """A module without the bodies of its functions."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    return ast.dump(tree)


@cache
def _declared(code: str) -> tuple[str, ...]:
    rule = catalogue().find(code)
    return () if rule is None else rule.changes


def _modules(case: Case, paths: Iterable[str]) -> list[str]:
    return [name for path in sorted(paths) if (name := module_of(path, case.search))]


@contextmanager
def _written(root: Path, texts: Mapping[str, str]) -> Iterator[None]:
    """The files of a folder with other texts, for a while."""
    before = {path: (root / path).read_bytes() for path in texts}
    try:
        for path, text in texts.items():
            (root / path).write_text(text, encoding="utf-8", newline="")
        yield
    finally:
        for path, data in before.items():
            (root / path).write_bytes(data)
