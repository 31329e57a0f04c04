"""The format that people see: what is wrong, where, why, and how it is written right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.report.cells import visible, wrap
from fastlint.report.change import Row, by_file, changed_lines, changes
from fastlint.report.frame import code_frame, gutter, location, step_frame
from fastlint.report.gravest import guide
from fastlint.report.places import namer
from fastlint.report.summary import closed, counted, labelled
from fastlint.report.text import Line, Segment, printed

if TYPE_CHECKING:
    from fastlint.findings import Finding, Fix
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

_NARROWEST = 40
_AFFECTED = 3
"""How many of the concerned handlers are named."""

Lines = Callable[[str], Sequence[str]]


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """Show each finding with its code frame, trail and fix, then where to begin, and a summary."""
    known: dict[str, Sequence[str]] = {}

    def lines(path: str) -> Sequence[str]:
        if path not in known:
            file = sources(path)
            known[path] = () if file is None else file.lines
        return known[path]

    page = _Page(lines, namer(options), max(options.width, _NARROWEST))
    shown: list[Line] = []
    for finding in outcome.findings:
        if shown:
            shown.append([])
        shown += page.finding(finding)
    if not options.quiet and (begin := list(guide(outcome.findings, options))):
        shown += [[], *begin]
    return printed(closed(shown, outcome, options), options)


class _Page:
    """What all findings of a report share: how to get at lines and names, and the width."""

    def __init__(self, lines: Lines, name: Callable[[str], str], width: int) -> None:
        self.lines = lines
        self.name = name
        self.width = width

    def finding(self, finding: Finding) -> Iterator[Line]:
        lines = self.lines(finding.span.path)
        fixed = self._fixed(finding.fix)
        margin = len(str(_highest_number(finding, fixed)))
        label = labelled(finding)
        rest = f" {finding.name}: "
        message = wrap(
            visible(finding.message), self.width - 4, self.width - len(label.text) - len(rest)
        )
        yield [label, Segment(rest), Segment(message[0], "strong")]
        yield from ([Segment("    "), Segment(part, "strong")] for part in message[1:])
        where = location(self.name(finding.span.path), finding.span)
        yield [Segment(f"{'':>{margin}}--> ", "quiet"), where]
        yield from code_frame(
            lines, finding.span, margin=margin, width=self.width, style=label.style
        )

        if finding.related:
            yield [gutter("", margin)]
            yield from self._note("why", "", margin)
            yield from self._trail(finding, margin)
        if finding.help or finding.fix or finding.withheld or len(finding.affected) > 1:
            yield [gutter("", margin)]
        if len(finding.affected) > 1:
            yield from self._note("affects", _handlers(finding.affected), margin)
        if finding.help:
            yield from self._note("help", visible(finding.help), margin)
        if finding.fix is not None:
            kind = "fix" if finding.fix.safe else "unsafe fix"
            yield from self._note(kind, visible(finding.fix.title), margin)
            for path, stretches in fixed:
                if stretches and path != finding.span.path:
                    shown = Segment(visible(self.name(path)))
                    yield [Segment(f"{'':>{margin}}--> ", "quiet"), shown]
                yield from changed_lines(stretches, margin=margin, width=self.width)
        elif finding.withheld:
            yield from self._note("no fix", visible(finding.withheld), margin)

    def _trail(self, finding: Finding, margin: int) -> Iterator[Line]:
        for number, step in enumerate(finding.related, 1):
            message = visible(step.message)
            where = location(self.name(step.span.path), step.span)
            frame = step_frame(
                self.lines(step.span.path), step.span, message, margin=margin, width=self.width
            )
            said = [] if frame else [Segment(": "), Segment(message, "step")]
            yield [Segment(f"{'':>{margin}} {number}. ", "step"), where, *said]
            yield from frame

    def _note(self, label: str, text: str, margin: int) -> Iterator[Line]:
        """``= help: ...``, with further lines under the first."""
        indent = margin + 3 + len(label) + 2
        parts = wrap(text, max(self.width - indent, 20))
        start: Segment = Segment(f"{'':>{margin}} = ", "quiet")
        yield [start, Segment(f"{label}: ", "strong"), Segment(parts[0])]
        yield from ([Segment(" " * indent), Segment(part)] for part in parts[1:])

    def _fixed(self, fix: Fix | None) -> list[tuple[str, list[list[Row]]]]:
        if fix is None:
            return []
        return [(path, changes(self.lines(path), edits)) for path, edits in by_file(fix.edits)]


def _highest_number(finding: Finding, fixed: Sequence[tuple[str, list[list[Row]]]]) -> int:
    """The highest line number that is shown with a finding: it decides how wide the margin is."""
    numbers = [finding.span.end_line + 1]
    numbers += (step.span.line for step in finding.related)
    numbers += (
        max(rows[0].number, rows[-1].number) for _, stretches in fixed for rows in stretches
    )
    return max(numbers)


def _handlers(affected: Sequence[str]) -> str:
    named = ", ".join(visible(handler) for handler in affected[:_AFFECTED])
    more = len(affected) - _AFFECTED
    return f"{named} and {counted(more, 'more handler')}" if more > 0 else named
