"""Runs the rules over a project and makes `Finding`s of what they say.

The engine alone selects, silences, sorts and stamps. A rule that throws costs one finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.catalogue import Catalogue, Rule
from fastlint.config.settings import Settings
from fastlint.engine.linking import linked
from fastlint.engine.record import Failure, FileRecord, failure
from fastlint.engine.running import Running
from fastlint.engine.said import Said, looked, restored, still_said
from fastlint.engine.silencing import Silencer, Sources
from fastlint.findings import Coverage, Finding, Fix, Offer, Problem, Severity, Span, Withheld
from fastlint.outcome import Outcome
from fastlint.selection import Selection
from fastlint.source.decode import digest
from fastlint.source.file import SourceFile
from fastlint.versions.project import Versions

if TYPE_CHECKING:
    from fastlint.facts.tree import ModuleFacts
    from fastlint.fixes.syntax import Syntax
    from fastlint.model.project import Project
    from fastlint.overlap.configured import Configured
    from fastlint.overlap.leaving import Leaving

SYNTAX_ERROR, UNREADABLE, INTERNAL = "FLT901", "FLT902", "FLT905"


@dataclass(frozen=True)
class Engine:
    """One judgement over one state of the project's files."""

    rules: Catalogue
    selection: Selection
    running: Running
    settings: Settings
    records: Mapping[str, FileRecord]
    reported: Collection[str]
    """The files that are reported on; all of ``records`` are known."""
    sources: Sources
    fixes: dict[bytes, Fix | str] = field(default_factory=dict)
    """Fixes that were worked out before, or why there is none; new ones are added."""
    package: str = ""
    """The package that the project root itself lies in."""
    known: Said | None = None
    """What was said before; it is said again where nothing that was looked at is different."""
    versions: Versions = field(default_factory=Versions)
    before: Mapping[str, FileRecord] = field(default_factory=dict)
    """The records that ``known`` speaks of; those that are no different may be left out."""
    decoded: dict[str, tuple[str, ModuleFacts]] = field(default_factory=dict)
    """Facts that were decoded before, by path, with the digest of each; new ones are added."""
    ruff: Configured | None = None
    """Ruff's settings, where what it reports as well is left to it."""
    unfixed: Mapping[str, SourceFile] = field(default_factory=dict)
    """Those of ``sources`` that fixes have changed, as they were before the first one."""
    _read_closely: dict[str, Syntax] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        """Everything that is to be said."""
        silencer = Silencer(self.records, self.rules, self.selection, self.sources)
        failures: list[Failure] = []
        found: dict[tuple[str, Span, str], tuple[Rule, Problem]] = {}
        suppressed: set[tuple[str, Span, str]] = set()
        left: set[tuple[str, Span, str]] = set()
        for rule, problem in self._problems(failures):
            key = (rule.code, problem.span, problem.message)
            if silencer.silences(rule, problem):
                suppressed.add(key)
            elif not self._concerns(rule, problem.span.path):
                continue
            elif self._leaving is not None and self._leaving.leaves(rule.code, problem):
                left.add(key)
            elif key in found:
                found[key] = (rule, _merged(found[key][1], problem))
            else:
                found[key] = (rule, problem)
        said = [pair for key, pair in found.items() if key not in suppressed]
        said.extend(self._comments(silencer))
        said.extend(self._failed(failures))
        wanted = [(rule, problem) for rule, problem in said if self._is_wanted(rule, problem)]
        wanted.sort(key=lambda pair: (pair[1].span, pair[0].code, pair[1].message))
        findings = [self._finding(rule, problem, failures) for rule, problem in wanted]
        return Outcome(
            tuple(findings),
            self._coverage,
            tuple(dict.fromkeys(each.message for each in failures)),
            sum(self._is_wanted(self._rule(code), span) for code, span, _ in suppressed),
            left_to_ruff=sum(
                self._is_wanted(self._rule(code), span) for code, span, _ in left - suppressed
            ),
        )

    @cached_property
    def _leaving(self) -> Leaving | None:
        if self.ruff is None:
            return None
        from fastlint.overlap.leaving import Leaving

        return Leaving(self.ruff, self._text)

    def _text(self, path: str) -> str | None:
        source = self.sources(path)
        return None if source is None else source.text

    # --- what the rules say ----------------------------------------------------------------

    @cached_property
    def project(self) -> Project:
        """The project, linked when the first rule asks for it."""
        decoded = {p: self._facts(p, r.facts) for p, r in self.records.items() if r.facts}
        return linked(self.records, decoded, self.settings, self.package, self.versions)

    def _facts(self, path: str, encoded: bytes) -> ModuleFacts:
        from fastlint.facts import tree

        meaning = self.records[path].meaning
        known = self.decoded.get(path)
        if known is None or known[0] != meaning:
            known = self.decoded[path] = (meaning, tree.decode(encoded))
        return known[1]

    def _problems(self, failures: list[Failure]) -> Iterator[tuple[Rule, Problem]]:
        yield from self._refusals()
        by_code = {rule.code: rule for rule in self.running.local}
        failures.extend(self.running.failures)
        for record in self.records.values():
            for code, problem in record.problems:
                if code in by_code:
                    yield by_code[code], problem
            failures.extend(each for each in record.failures if each.code in by_code)
        failures.extend(self._whole[1])
        for code, problem in self._whole[0].problems:
            yield self._rule(code), problem

    @property
    def said(self) -> Said | None:
        """What the rules for the whole project say; None where one of them failed."""
        return None if self._whole[1] else self._whole[0]

    @cached_property
    def _whole(self) -> tuple[Said, list[Failure]]:
        meanings = {path: record.meaning for path, record in self.records.items()}
        if not self.running.project:
            files = sum(record.facts is not None for record in self.records.values())
            return Said("", {}, (), Coverage(files=files)), []
        if self.known is not None:
            again = still_said(self.known, self._key, meanings, self.before, self.records)
            if again is not None:
                return again, []
        from fastlint.facts.tree import reading

        failures: list[Failure] = []
        with reading() as reads:
            problems = tuple(
                (rule.code, problem)
                for rule in self.running.project
                for problem in self._run(rule, failures)
            )
            coverage = self.project.coverage
        seen = looked(self.project, reads)
        return Said(self._key, meanings, problems, coverage, seen), failures

    @cached_property
    def _key(self) -> str:
        codes = [rule.code for rule in self.running.project]
        state = (codes, self.settings, self.package, self.versions.key)
        return digest(msgspec.msgpack.encode(state, enc_hook=str))

    def _run(self, rule: Rule, failures: list[Failure]) -> Iterator[Problem]:
        from fastlint.model.project import subjects

        where = "the project"
        try:
            besides = (self.project,) if rule.takes_both else ()
            for subject in subjects(self.project, rule.subject):
                where = _place(subject)
                yield from rule.run(subject, *besides)
        except Exception as error:  # noqa: BLE001 - a broken rule costs a finding, never the run
            failures.append(failure(rule, error, where))

    def _refusals(self) -> Iterator[tuple[Rule, Problem]]:
        for record in self.records.values():
            refusal = record.refusal
            if refusal is None or refusal.is_template:
                continue
            rule = self._rule(SYNTAX_ERROR if refusal.is_syntax else UNREADABLE)
            line, column = refusal.line, refusal.column
            span = Span(record.path, line, column, line, column + 1)
            yield rule, Problem(span, _lower_first(refusal.message))

    def _comments(self, silencer: Silencer) -> Iterator[tuple[Rule, Problem]]:
        for code, problem in silencer.complaints():
            if code in self.selection.severities:
                yield self._rule(code), problem

    def _failed(self, failures: list[Failure]) -> Iterator[tuple[Rule, Problem]]:
        seen: set[str] = set()
        for each in failures:
            if each.code not in seen and self.reported:
                seen.add(each.code)
                path = min(self.reported)
                yield (
                    self._rule(INTERNAL),
                    Problem(
                        Span(path, 1, 1, 1, 1),
                        _lower_first(f"rule {each.message}"),
                        "this is a defect of fastlint: please report it with what stands below; "
                        f"until then, `ignore` the rule\n{each.detail}",
                    ),
                )

    # --- from problems to findings ---------------------------------------------------------

    def _rule(self, code: str) -> Rule:
        rule = self.rules.find(code)
        if rule is None:
            raise LookupError(f"{code} has no page")
        return rule

    def _is_wanted(self, rule: Rule, at: Problem | Span) -> bool:
        span = at.span if isinstance(at, Problem) else at
        if span.path not in self.reported or rule.code in self.selection.ignored(span.path):
            return False
        severity = self._severity(rule, at.severity if isinstance(at, Problem) else None)
        return severity.rank >= self.settings.min_severity.rank

    def _concerns(self, rule: Rule, path: str) -> bool:
        """Whether a file runs with the versions that the rule speaks of: services may differ."""
        return not rule.head.gates or rule.applies(self.versions.at(path))

    def _severity(self, rule: Rule, said: Severity | None) -> Severity:
        if rule.code not in self.selection.severities:  # the engine's own, which cannot be off
            return rule.severity
        return self.selection.severity(rule.code, said)

    def _finding(self, rule: Rule, problem: Problem, failures: list[Failure]) -> Finding:
        fix = self._fix(rule, problem, failures)
        return Finding(
            rule.code,
            rule.name,
            rule.category,
            self._severity(rule, problem.severity),
            problem.message,
            problem.help,
            problem.span,
            problem.related,
            problem.affected,
            fix if isinstance(fix, Fix) else None,
            rule.url,
            fix if isinstance(fix, str) else "",
        )

    def _fix(self, rule: Rule, problem: Problem, failures: list[Failure]) -> Fix | str:
        """The fix, or why there is none: empty where that goes without saying."""
        if rule.fix == "none":
            return ""
        if not problem.fixable:
            return problem.withheld
        if rule.code not in self.selection.fixable:
            return "the settings say so"
        path = problem.mended_in or problem.span.path
        if path not in self.reported:
            return f"it would change {path}, which is not among the files that were given"
        width = self.settings.line_length
        unfixed = self.unfixed[path].digest if path in self.unfixed else ""
        digests = (self.records[path].digest, unfixed)
        key = msgspec.msgpack.encode(
            (rule.code, digests, width, self._oldest_python(path), problem)
        )
        if key not in self.fixes:
            source = self.sources(path)
            if source is None:
                return ""
            syntax = self._syntax(source)
            try:
                mend = _mend_comment if rule.by_engine else rule.mend
                given = msgspec.structs.replace(problem, data=restored(problem.data))
                offer = mend(given, syntax) if mend is not None else None
                self.fixes[key] = _kept(offer, source)
            except Exception as error:  # noqa: BLE001 - as above
                failures.append(failure(rule, error, f"the fix in {path}"))
                self.fixes[key] = ""
        return self.fixes[key]

    def _oldest_python(self, path: str) -> tuple[int, ...]:
        """The first that the project says it runs with; empty where it says none."""
        return self.versions.of("python", path).range.low

    def _syntax(self, source: SourceFile) -> Syntax:
        """Findings come file by file, so the last file that was read closely is kept."""
        from fastlint.fixes.style import Style
        from fastlint.fixes.syntax import Syntax

        if source.path not in self._read_closely:
            unfixed = self.unfixed.get(source.path, source)
            style = Style(unfixed.text, self.settings.line_length, self._oldest_python(source.path))
            self._read_closely.clear()
            self._read_closely[source.path] = Syntax(source, style)
        return self._read_closely[source.path]

    @property
    def _coverage(self) -> Coverage:
        unread = sum(record.facts is None for record in self.records.values())
        return msgspec.structs.replace(self._whole[0].coverage, unread=unread)


def _kept(offer: Offer, source: SourceFile) -> Fix | str:
    """The fix, or why there is none: what a program writes would be back when it writes again."""
    if not isinstance(offer, Fix):
        return offer.reason if isinstance(offer, Withheld) else ""
    from fastlint.source.generated import says_hands_off

    said = says_hands_off(source.text)
    return f"`{said}` stands above the code of {source.path}" if said else offer


def _mend_comment(problem: Problem, syntax: object) -> Offer:
    from fastlint.fixes.offering import offer
    from fastlint.fixes.suppressing import remove_suppression_comment

    span, names = problem.data
    edits = remove_suppression_comment(syntax, span, names)  # type: ignore[arg-type]
    return offer("Remove the suppression", edits, safe=True)


def _merged(first: Problem, second: Problem) -> Problem:
    """The same problem found for another route: its handlers are affected as well."""
    affected = tuple(dict.fromkeys((*first.affected, *second.affected)))
    if affected == first.affected:
        return first
    return msgspec.structs.replace(first, affected=affected)


def _place(subject: object) -> str:
    span = getattr(subject, "span", None)
    if isinstance(span, Span):
        return f"{span.path}:{span.line}"
    return str(getattr(subject, "path", "the project"))


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
