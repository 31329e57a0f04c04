"""Where to begin when a report is longer than anybody reads at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from fastlint.findings import Severity
from fastlint.report.cells import visible, wrap
from fastlint.report.places import namer
from fastlint.report.summary import labelled
from fastlint.report.text import Line, Segment

if TYPE_CHECKING:
    from fastlint.findings import Finding
    from fastlint.report.options import ReportOptions

_READ_AT_ONCE = 10
"""So many findings nobody needs a guide to."""
_NAMED = 5
_HANGING = "      "


class Gravest(NamedTuple):
    """The gravest finding of a rule."""

    finding: Finding
    more: int
    """How many other findings the rule has."""


def gravest(findings: Sequence[Finding]) -> list[Gravest]:
    """The gravest finding of each rule, holes first, then what concerns the most handlers.

    Style is left out. Among equals the order of the report decides.
    """
    of_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        of_rule.setdefault(finding.code, []).append(finding)
    found = [Gravest(max(each, key=_gravity), len(each) - 1) for each in of_rule.values()]
    found = [each for each in found if each.finding.severity is not Severity.INFO]
    return sorted(found, key=lambda each: _gravity(each.finding), reverse=True)


def _gravity(finding: Finding) -> tuple[int, bool, int]:
    return finding.severity.rank, finding.category == "security", len(finding.affected)


def guide(findings: Sequence[Finding], options: ReportOptions) -> Iterator[Line]:
    """A line or two on each of the gravest; nothing for a report that is short anyway."""
    if len(findings) <= _READ_AT_ONCE:
        return
    chosen = gravest(findings)[:_NAMED]
    if not chosen:
        return
    name = namer(options)
    yield [Segment("Begin with these, the gravest of their rules:", "strong")]
    for finding, more in chosen:
        label = labelled(finding)
        span = finding.span
        where = f"{visible(name(span.path))}:{span.line}:{span.column}"
        others = f" (and {more:,} more of {finding.code})" if more else ""
        text = wrap(
            f"{where} {visible(finding.message)}{others}",
            options.width - len(_HANGING),
            options.width - len(f"  {label.text} "),
        )
        yield [Segment("  "), label, Segment(f" {text[0]}")]
        yield from ([Segment(_HANGING), Segment(part)] for part in text[1:])
