"""SARIF 2.1.0, with what GitHub code scanning reads: https://docs.github.com/code-security.

Every enabled rule is described, found or not: GitHub asks that the rules do not vary with the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from fastlint.findings import Severity, Span
from fastlint.report.fingerprint import identities, line_hashes
from fastlint.report.places import namer

if TYPE_CHECKING:
    from fastlint.findings import Edit, Finding, Fix
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, RuleInfo, Sources

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "urn:x-python-package:fastlint"
_BASE = "WORKDIR"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM_SEVERITIES = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}
# GitHub calls a security alert high from 7.0, medium from 4.0 and low below that.
_SECURITY_SEVERITIES = {Severity.ERROR: "8.0", Severity.WARNING: "5.5", Severity.INFO: "2.0"}
_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_LINK = re.compile(r"\[(?=[^\]]*\]\()")
_DESCRIPTION = 1024
"""Characters of a rule's description that GitHub takes."""
_CONTEXT = 2
"""Lines around a finding that go along as its context."""
_SNIPPET = 4000
"""Characters up to which code goes along; generated files have lines of megabytes."""

Object = dict[str, Any]


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """One run in one line of ASCII. Equal outcomes give equal text: no time, no random id."""
    rules = _rules(outcome, options)
    places = _Places(sources, options)
    run: Object = {
        "tool": {"driver": _driver(rules, options)},
        "automationDetails": {"id": "fastlint/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"uri": _folder_uri(options.cwd)}},
        "invocations": [_invocation(outcome, options)],
        "results": list(_results(outcome, places, {rule["id"]: i for i, rule in enumerate(rules)})),
        "properties": {"coverage": msgspec.structs.asdict(outcome.coverage)},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _driver(rules: Sequence[Object], options: ReportOptions) -> Object:
    driver: Object = {"name": "fastlint", "version": options.version, "informationUri": _HOME}
    if _SEMANTIC_VERSION.fullmatch(options.version):
        driver["semanticVersion"] = options.version
    driver["rules"] = rules
    return driver


def _rules(outcome: Outcome, options: ReportOptions) -> list[Object]:
    """The enabled rules, then those of findings that are always on and not among them."""
    rules = {code: _rule(rule) for code, rule in options.rules.items()}
    for finding in outcome.findings:
        if finding.code not in rules:
            rules[finding.code] = _rule_of(finding)
    return list(rules.values())


def _rule(rule: RuleInfo) -> Object:
    summary = rule.summary.strip() or _words(rule.name)
    help_text, help_markdown = rule.help_text.strip(), rule.help_markdown.strip()
    return _described(
        rule.code,
        rule.name,
        category=rule.category,
        severity=rule.severity,
        summary=summary,
        help_text=help_text or summary,
        help_markdown=help_markdown or summary,
        url=rule.url,
    )


def _rule_of(finding: Finding) -> Object:
    return _described(
        finding.code,
        finding.name,
        category=finding.category,
        severity=finding.severity,
        summary=_words(finding.name),
        help_text=_words(finding.name),
        help_markdown=_words(finding.name),
        url=finding.url,
    )


def _described(
    code: str,
    name: str,
    *,
    category: str,
    severity: Severity,
    summary: str,
    help_text: str,
    help_markdown: str,
    url: str,
) -> Object:
    properties: Object = {
        "tags": ["fastapi", category],
        "precision": "high",
        "problem.severity": _PROBLEM_SEVERITIES[severity],
    }
    if category == "security":
        properties["security-severity"] = _SECURITY_SEVERITIES[severity]
    described: Object = {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": _sentence(summary)[:_DESCRIPTION]},
        "fullDescription": {"text": _sentence(summary)[:_DESCRIPTION]},
        "help": {"text": help_text, "markdown": help_markdown},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": properties,
    }
    if url:
        described["helpUri"] = url
    return described


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _invocation(outcome: Outcome, options: ReportOptions) -> Object:
    invocation: Object = {
        "executionSuccessful": not outcome.errors,
        "workingDirectory": {"uri": _folder_uri(options.cwd)},
    }
    if outcome.errors:
        invocation["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": _plain(_sentence(sentence))}}
            for sentence in outcome.errors
        ]
    return invocation


def _results(outcome: Outcome, places: _Places, indexes: Mapping[str, int]) -> Iterable[Object]:
    keys = identities(outcome.findings, places.sources)
    for finding, key in zip(outcome.findings, keys, strict=True):
        fingerprints = {"fastlint/v1": key}
        line_hash = places.line_hash(finding.span)
        if line_hash:
            fingerprints["primaryLocationLineHash"] = line_hash
        result: Object = {
            "ruleId": finding.code,
            "ruleIndex": indexes[finding.code],
            "level": _LEVELS[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [{"physicalLocation": places.physical(finding.span, context=True)}],
            "partialFingerprints": fingerprints,
        }
        if finding.related:
            result["codeFlows"] = [_flow(finding, places)]
        if finding.fix is not None:
            result["fixes"] = [_fix(finding.fix, places)]
        if finding.affected:
            result["properties"] = {"affected": finding.affected}
        yield result


def _message(finding: Finding) -> str:
    """GitHub shows the first sentence alone where there is little room."""
    text = _sentence(finding.message)
    return _plain(f"{text}\nHelp: {_sentence(finding.help)}" if finding.help else text)


def _plain(text: str) -> str:
    """Text in which nothing reads as a link, which ``[text](1)`` would in SARIF messages."""
    return _LINK.sub(r"\\[", text)


def _flow(finding: Finding, places: _Places) -> Object:
    """The trail and, as its last step, what it leads to."""
    steps = [(step.span, step.message) for step in finding.related]
    steps.append((finding.span, finding.message))
    return {
        "threadFlows": [
            {
                "locations": [
                    {
                        "location": {
                            "physicalLocation": places.physical(span, context=False),
                            "message": {"text": _plain(message)},
                        },
                        "importance": "essential",
                    }
                    for span, message in steps
                ]
            }
        ]
    }


def _fix(fix: Fix, places: _Places) -> Object:
    """A fix in the order of files, and of positions in them."""
    return {
        "description": {"text": _plain(_sentence(fix.title))},
        "artifactChanges": [
            {
                "artifactLocation": places.artifact(path),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for path, edits in groupby(sorted(fix.edits), key=lambda edit: edit.span.path)
        ],
        "properties": {"applicability": "safe" if fix.safe else "unsafe"},
    }


def _replacement(edit: Edit) -> Object:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _region(span: Span) -> Object:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


class _Places:
    """Locations as SARIF writes them; remembers what each file was asked for."""

    def __init__(self, sources: Sources, options: ReportOptions) -> None:
        self.sources = sources
        self._name = namer(options)
        self._artifacts: dict[str, Object] = {}
        self._hashes: dict[str, list[str]] = {}

    def artifact(self, path: str) -> Object:
        """Relative to the working directory, which in CI is the root of the repository."""
        artifact = self._artifacts.get(path)
        if artifact is None:
            name = self._name(path)
            if PurePath(name).is_absolute():
                artifact = {"uri": _absolute_uri(name)}
            else:
                artifact = {"uri": _quoted(name), "uriBaseId": _BASE}
            self._artifacts[path] = artifact
        return artifact

    def physical(self, span: Span, *, context: bool) -> Object:
        """A span with the text at it and, on demand, the lines around it."""
        location: Object = {"artifactLocation": self.artifact(span.path), "region": _region(span)}
        file = self.sources(span.path)
        if file is None or not 1 <= span.line <= span.end_line <= len(file.lines):
            return location
        snippet = file.slice(span)
        if len(snippet) <= _SNIPPET:
            location["region"]["snippet"] = {"text": snippet}
        if context:
            first = max(span.line - _CONTEXT, 1)
            last = min(span.end_line + _CONTEXT, len(file.lines))
            around = Span(span.path, first, 1, last, len(file.lines[last - 1]) + 1)
            text = file.slice(around)
            if around != span and around.contains(span) and len(text) <= _SNIPPET:
                location["contextRegion"] = {**_region(around), "snippet": {"text": text}}
        return location

    def line_hash(self, span: Span) -> str:
        """GitHub's fingerprint of the line; empty where the file is not at hand."""
        hashes = self._hashes.get(span.path)
        if hashes is None:
            file = self.sources(span.path)
            hashes = [] if file is None else line_hashes(file)
            self._hashes[span.path] = hashes
        return hashes[span.line - 1] if span.line <= len(hashes) else ""


def _quoted(path: str) -> str:
    """Percent-encoded, byte by byte where a name is not UTF-8."""
    return quote(path, safe="/", errors="surrogateescape")


def _absolute_uri(path: str) -> str:
    return (
        "file://"
        + ("" if path.startswith("/") else "/")
        + quote(path, safe="/:", errors="surrogateescape")
    )


def _folder_uri(folder: PurePath) -> str:
    return _absolute_uri(folder.as_posix().rstrip("/") + "/")
