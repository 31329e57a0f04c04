"""Workflow commands that GitHub Actions turns into annotations on the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Severity
from fastlint.report.cells import visible
from fastlint.report.places import namer

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.findings import Finding
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """One command per finding, in the order of the findings."""
    del sources
    name = namer(options)
    commands = [_command(finding, name) for finding in outcome.findings]
    commands += [
        f"::error title=fastlint::{_escaped(visible(sentence))}\n" for sentence in outcome.errors
    ]
    return "".join(commands)


def _command(finding: Finding, name: Callable[[str], str]) -> str:
    span = finding.span
    path = visible(name(span.path))
    properties = {
        "title": f"fastlint {finding.code} ({finding.name})",
        "file": path,
        "line": str(span.line),
        "endLine": str(span.end_line),
    }
    if span.line == span.end_line:  # GitHub refuses columns of an annotation of several lines
        properties["col"] = str(span.column)
        properties["endColumn"] = str(span.end_column)
    body = [f"{path}:{span.line}:{span.column}: {finding.code} {visible(finding.message)}"]
    body += (
        f"{number}. {visible(name(step.span.path))}:{step.span.line}: {visible(step.message)}"
        for number, step in enumerate(finding.related, 1)
    )
    if finding.help:
        body.append(f"help: {visible(finding.help)}")
    listed = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_escaped(chr(10).join(body))}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
