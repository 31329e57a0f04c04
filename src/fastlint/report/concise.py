"""One line per finding, for grep, editors and small screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.report.cells import visible
from fastlint.report.places import namer
from fastlint.report.summary import closed, labelled
from fastlint.report.text import Line, Segment, printed

if TYPE_CHECKING:
    from fastlint.findings import Finding
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """``path:line:column: severity[code] message``; ``[*]`` marks what ``--fix`` mends."""
    del sources
    name = namer(options)
    lines: list[Line] = [_line(finding, name(finding.span.path)) for finding in outcome.findings]
    return printed(closed(lines, outcome, options), options)


def _line(finding: Finding, path: str) -> Line:
    span = finding.span
    mark = "[*] " if finding.fix is not None and finding.fix.safe else ""
    return [
        Segment(visible(path), "strong"),
        Segment(f":{span.line}:{span.column}: ", "quiet"),
        labelled(finding),
        Segment(" "),
        Segment(mark, "good"),
        Segment(visible(finding.message)),
    ]
