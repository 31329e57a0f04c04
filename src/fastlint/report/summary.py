"""What stands at the end of a report for people: how many, how many fixable, how much read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Severity
from fastlint.report.cells import visible, wrap
from fastlint.report.places import namer
from fastlint.report.text import Line, Segment, Style

if TYPE_CHECKING:
    from fastlint.findings import Coverage, Finding
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions

STYLES: dict[Severity, Style] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}


def labelled(finding: Finding) -> Segment:
    """``error[FLT101]``, with the rule's page behind it."""
    label = f"{finding.severity.value}[{finding.code}]"
    return Segment(label, STYLES[finding.severity], finding.url)


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 file``, ``2 files``, ``1,204 files``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def closed(lines: list[Line], outcome: Outcome, options: ReportOptions) -> list[Line]:
    """The lines of a text report with, after an empty line, what stands at its end."""
    end = list(_closing(outcome, options))
    return [*lines, [], *end] if lines and end else [*lines, *end]


def _closing(outcome: Outcome, options: ReportOptions) -> Iterator[Line]:
    if options.show_fixes and outcome.applied:
        yield from _applied(outcome, options)
        if not options.quiet:
            yield []
    if options.quiet:
        return
    yield from _found(outcome)
    yield from _fixable(outcome)
    for part in wrap(coverage_sentence(outcome.coverage, options), options.width):
        yield [Segment(part)]
    if options.verbose:
        for sentence in outcome.coverage.unknown:
            yield [Segment("  unknown: ", "quiet"), Segment(visible(sentence))]


def _found(outcome: Outcome) -> Iterator[Line]:
    fixed = sum(fix.count for fix in outcome.applied)
    line: list[Segment] = []
    if fixed:
        line += [Segment(f"Fixed {counted(fixed, 'problem')}", "good"), Segment("; ")]
    counts = Counter(finding.severity for finding in outcome.findings)
    if counts:
        line.append(Segment("left: " if fixed else "Found "))
        for index, severity in enumerate(severity for severity in STYLES if counts[severity]):
            if index:
                line.append(Segment(", "))
            plural = "info" if severity is Severity.INFO else ""
            line.append(
                Segment(counted(counts[severity], severity.value, plural), STYLES[severity])
            )
        files = len({finding.span.path for finding in outcome.findings})
        line.append(Segment(f" in {counted(files, 'file')}"))
    elif fixed:
        line.append(Segment("nothing left"))
    else:
        line.append(Segment("No problems found", "good"))
    aside = {"suppressed": outcome.suppressed, "left to ruff": outcome.left_to_ruff}
    told = [f"{count:,} {what}" for what, count in aside.items() if count]
    if told:
        line.append(Segment(f" ({', '.join(told)})"))
    line.append(Segment("."))
    yield line


def _fixable(outcome: Outcome) -> Iterator[Line]:
    safe = sum(finding.fix is not None and finding.fix.safe for finding in outcome.findings)
    unsafe = sum(finding.fix is not None and not finding.fix.safe for finding in outcome.findings)
    if safe and unsafe:
        text = f"Fixable: {safe:,} with `--fix`, {unsafe:,} more with `--fix --unsafe-fixes`."
    elif safe:
        text = f"Fixable: {safe:,} with `--fix`."
    elif unsafe:
        text = f"Fixable: {unsafe:,} with `--fix --unsafe-fixes`."
    else:
        return
    yield [Segment(text)]


def coverage_sentence(coverage: Coverage, options: ReportOptions) -> str:
    """How much was understood, in one sentence."""
    read = f"Read {counted(coverage.files, 'file')}"
    if options.elapsed is not None:
        read += f" in {options.elapsed:.2f} s"
    if coverage.apps or coverage.routers or coverage.routes:
        parts = [
            ", ".join(
                (
                    counted(coverage.apps, "app"),
                    counted(coverage.routers, "router"),
                    counted(coverage.routes, "route"),
                )
            )
        ]
    else:
        parts = ["no FastAPI app, router or route in them"]
    see = "" if options.verbose or not coverage.unknown else " (see `--verbose`)"
    if coverage.unknown_routes:
        parts.append(f"{coverage.unknown_routes:,} with an unknown part{see}")
    elif coverage.unknown:
        parts.append(f"{counted(len(coverage.unknown), 'thing')} unknown{see}")
    if coverage.unread:
        parts.append(f"{counted(coverage.unread, 'file')} could not be read")
    parts += map(visible, coverage.lost_entry_points)
    return f"{read}: {'; '.join(parts)}."


def _applied(outcome: Outcome, options: ReportOptions) -> Iterator[Line]:
    name = namer(options)
    path = None
    yield [Segment("Applied fixes:", "strong")]
    for fix in outcome.applied:
        if fix.path != path:
            path = fix.path
            yield [Segment(f"  {visible(name(path))}")]
        yield [
            Segment(f"    {fix.count:,} x "),
            Segment(f"{fix.code} {fix.name}", "strong"),
            Segment(f": {visible(fix.title)}"),
        ]
