"""GitLab's Code Quality report, which is shown in merge requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastlint.findings import Severity
from fastlint.report.fingerprint import identities
from fastlint.report.places import namer

if TYPE_CHECKING:
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """A JSON array; its fingerprints outlive moved lines, so that no old problem looks new."""
    name = namer(options)
    issues = [
        {
            "description": f"{finding.code} {finding.name}: {finding.message}",
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": name(finding.span.path),
                "positions": {
                    "begin": {"line": finding.span.line, "column": finding.span.column},
                    "end": {"line": finding.span.end_line, "column": finding.span.end_column},
                },
            },
        }
        for finding, fingerprint in zip(
            outcome.findings, identities(outcome.findings, sources), strict=True
        )
    ]
    return json.dumps(issues, indent=2) + "\n"
