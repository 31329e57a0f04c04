"""The findings for programs: one JSON document, its shape versioned by ``schema``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from fastlint.report.places import namer

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.findings import Finding, Fix, Span
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

SCHEMA = "fastlint-check/1"


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """The envelope with one finding on each line: small, and good to read in a diff."""
    del sources
    name = namer(options)
    findings = [json.dumps(finding_object(finding, name)) for finding in outcome.findings]
    listed = "".join(f"\n    {finding}," for finding in findings)[:-1]
    return (
        "{\n"
        f'  "schema": {json.dumps(SCHEMA)},\n'
        f'  "findings": [{listed}{chr(10) + "  " if listed else ""}],\n'
        f'  "coverage": {json.dumps(msgspec.structs.asdict(outcome.coverage))},\n'
        f'  "errors": {json.dumps(outcome.errors)}\n'
        "}\n"
    )


def finding_object(finding: Finding, name: Callable[[str], str]) -> dict[str, Any]:
    """One finding as plain values; the order of the keys is part of what is printed."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "filename": name(finding.span.path),
        "location": _start(finding.span),
        "end_location": _end(finding.span),
        "related": [
            {
                "message": step.message,
                "filename": name(step.span.path),
                "location": _start(step.span),
            }
            for step in finding.related
        ],
        "affected": finding.affected,
        "fix": None if finding.fix is None else _fix(finding.fix, name),
        "fix_withheld": finding.withheld or None,
        "url": finding.url or None,
    }


def _fix(fix: Fix, name: Callable[[str], str]) -> dict[str, Any]:
    return {
        "applicability": "safe" if fix.safe else "unsafe",
        "message": fix.title,
        "edits": [
            {
                "filename": name(edit.span.path),
                "location": _start(edit.span),
                "end_location": _end(edit.span),
                "content": edit.text,
            }
            for edit in fix.edits
        ],
    }


def _start(span: Span) -> dict[str, int]:
    return {"row": span.line, "column": span.column}


def _end(span: Span) -> dict[str, int]:
    return {"row": span.end_line, "column": span.end_column}
