"""The findings of each file under its name, in columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from fastlint.report.cells import visible
from fastlint.report.places import namer
from fastlint.report.summary import STYLES, closed
from fastlint.report.text import Line, Segment, printed

if TYPE_CHECKING:
    from fastlint.findings import Finding
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """A heading per file, then ``line:column  severity  code  message  name``."""
    del sources
    name = namer(options)
    lines: list[Line] = []
    for path, group in groupby(outcome.findings, key=lambda finding: finding.span.path):
        if lines:
            lines.append([])
        lines.append([Segment(visible(name(path)), "strong")])
        lines += _rows(list(group))
    return printed(closed(lines, outcome, options), options)


def _rows(findings: list[Finding]) -> Iterator[Line]:
    lines = max(len(str(finding.span.line)) for finding in findings)
    columns = max(len(str(finding.span.column)) for finding in findings)
    severities = max(len(finding.severity.value) for finding in findings)
    for finding in findings:
        span = finding.span
        fixable = finding.fix is not None and finding.fix.safe
        yield [
            Segment(f"  {span.line:>{lines}}:{span.column:<{columns}}  ", "quiet"),
            Segment(f"{finding.severity.value:<{severities}}", STYLES[finding.severity]),
            Segment(f"  {finding.code}  ", "", finding.url),
            Segment("[*] " if fixable else "", "good"),
            Segment(visible(finding.message)),
            Segment(f"  {finding.name}", "quiet"),
        ]
