"""JUnit XML, which nearly every CI server shows: a suite per file, a failed test per finding."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from fastlint.report.cells import visible
from fastlint.report.places import namer

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.findings import Finding
    from fastlint.outcome import Outcome
    from fastlint.report.options import ReportOptions, Sources

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def render(outcome: Outcome, sources: Sources, options: ReportOptions) -> str:
    """The document; with nothing found it holds one test that passed, as some refuse none."""
    del sources
    name = namer(options)
    failures, errors = len(outcome.findings), len(outcome.errors)
    document = Element(
        "testsuites",
        name="fastlint",
        tests=str(failures + errors or 1),
        failures=str(failures),
        errors=str(errors),
    )
    for path, group in groupby(outcome.findings, key=lambda finding: finding.span.path):
        findings = list(group)
        suite = _suite(document, _text(name(path)), failures=len(findings))
        for finding in findings:
            _failure(suite, finding, name)
    if errors or not failures:
        suite = _suite(document, "fastlint", errors=errors)
        for sentence in outcome.errors:
            case = SubElement(suite, "testcase", name="run", classname="fastlint")
            SubElement(case, "error", message=_text(sentence))
        if not errors:
            SubElement(suite, "testcase", name="no problems found", classname="fastlint")
    indent(document)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(document, encoding="unicode")}\n'


def _suite(document: Element, name: str, *, failures: int = 0, errors: int = 0) -> Element:
    return SubElement(
        document,
        "testsuite",
        name=name,
        tests=str(failures + errors or 1),
        failures=str(failures),
        errors=str(errors),
    )


def _failure(suite: Element, finding: Finding, name: Callable[[str], str]) -> None:
    span = finding.span
    path = name(span.path)
    case = SubElement(
        suite,
        "testcase",
        name=f"{finding.code} {finding.name}",
        classname=_text(path),
        file=_text(path),
        line=str(span.line),
        column=str(span.column),
    )
    failure = SubElement(
        case, "failure", message=_text(finding.message), type=finding.severity.value
    )
    body = [f"{path}:{span.line}:{span.column}: {finding.code} {finding.message}"]
    body += (
        f"{number}. {name(step.span.path)}:{step.span.line}: {step.message}"
        for number, step in enumerate(finding.related, 1)
    )
    if finding.help:
        body.append(f"help: {finding.help}")
    failure.text = "\n".join(map(_text, body))


def _text(text: str) -> str:
    return _NOT_XML.sub("", visible(text))
