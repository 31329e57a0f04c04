"""How often each rule was broken, instead of where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fastlint.report.summary import STYLES, closed
from fastlint.report.text import Line, Segment, printed

if TYPE_CHECKING:
    from fastlint.findings import Finding, Severity
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources


class Tally(msgspec.Struct, frozen=True):
    """The findings of one rule."""

    count: int
    code: str
    name: str
    severity: Severity
    """Of its first finding."""
    safe: int
    """How many have a safe fix."""


def tallies(outcome: Outcome) -> list[Tally]:
    """One row per rule with findings: the most frequent first, then by code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in outcome.findings:
        by_code.setdefault(finding.code, []).append(finding)
    rows = [
        Tally(
            count=len(findings),
            code=code,
            name=findings[0].name,
            severity=findings[0].severity,
            safe=sum(finding.fix is not None and finding.fix.safe for finding in findings),
        )
        for code, findings in by_code.items()
    ]
    return sorted(rows, key=lambda row: (-row.count, row.code))


_LEGEND = "[*]: `--fix` mends all of these, [-]: some of them"


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """``count  code  mark  name``; ``[*]``: all fixable, ``[-]``: some, with safe fixes only."""
    del sources
    rows = tallies(outcome)
    lines: list[Line] = []
    width = max((len(str(row.count)) for row in rows), default=0)
    for row in rows:
        mark = "[*]" if row.safe == row.count else "[-]" if row.safe else "   "
        lines.append(
            [
                Segment(f"{row.count:>{width}}", "strong"),
                Segment("  "),
                Segment(row.code, STYLES[row.severity]),
                Segment(f"  {mark}  ", "good"),
                Segment(row.name),
            ]
        )
    if not options.quiet and any(0 < row.safe < row.count for row in rows):
        lines += [[], [Segment(_LEGEND, "quiet")]]
    return printed(closed(lines, outcome, options), options)
