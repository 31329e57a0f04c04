"""The formats that programs read, and the shorter ones for people."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from reportcases import COVERAGE, ROOT, at, finding, shown, sources, with_trail

from fastlint.findings import Edit, Fix, Related, Severity, Span
from fastlint.outcome import Outcome
from fastlint.report import FORMATS, TEXT_FORMATS, render, statistics
from fastlint.report.options import ReportOptions

MACHINE_FORMATS = sorted(set(FORMATS) - TEXT_FORMATS)
HOSTILE = 'a\x00\x1b[31m\n::error::x,y:100%\r"<&\ufffe\udcff選'


def test_json_has_the_promised_envelope_and_fields() -> None:
    document = json.loads(shown("json", with_trail(), outcome={"errors": ("a rule failed",)}))
    assert list(document) == ["schema", "findings", "coverage", "errors"]
    assert document["schema"] == "fastlint-check/1"
    assert document["coverage"] == {
        "files": 212,
        "unread": 1,
        "apps": 3,
        "routers": 41,
        "routes": 412,
        "unknown_routes": 3,
        "unknown": ["app/plugins.py:12: the router comes from an entry point"],
        "mounts": 0,
        "test_routes": 0,
        "lost_entry_points": [],
    }
    assert document["errors"] == ["a rule failed"]
    assert document["findings"] == [
        {
            "code": "FLT101",
            "name": "blocking-call-in-async",
            "severity": "error",
            "message": "`requests.get` blocks the event loop",
            "help": "await an `httpx.AsyncClient`",
            "filename": "app/services/reports.py",
            "location": {"row": 6, "column": 12},
            "end_location": {"row": 6, "column": 24},
            "related": [
                {
                    "message": "`GET /reports/{report_id}` runs on the event loop",
                    "filename": "app/routers/reports.py",
                    "location": {"row": 9, "column": 11},
                },
                {
                    "message": "calls `build_report`",
                    "filename": "app/routers/reports.py",
                    "location": {"row": 10, "column": 12},
                },
            ],
            "affected": ["app.routers.reports:read_report"],
            "fix": {
                "applicability": "unsafe",
                "message": "make `read_report` a plain `def`",
                "edits": [
                    {
                        "filename": "app/routers/reports.py",
                        "location": {"row": 9, "column": 1},
                        "end_location": {"row": 9, "column": 22},
                        "content": "def read_report",
                    }
                ],
            },
            "fix_withheld": None,
            "url": "https://fastlint.example/rules/FLT101",
        }
    ]


def test_json_of_nothing() -> None:
    document = json.loads(shown("json"))
    assert document["findings"] == []
    assert document["errors"] == []


def test_a_finding_without_a_fix_says_so_in_json() -> None:
    assert json.loads(shown("jsonl", finding(Span("a.py", 1, 1, 1, 2))))["fix"] is None


def test_jsonl_is_the_findings_of_json_line_by_line() -> None:
    findings = (with_trail(), finding(Span("a.py", 1, 1, 1, 2)))
    lines = shown("jsonl", *findings).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(shown("json", *findings))["findings"]


def _hostile() -> Any:
    span = Span(f"{HOSTILE}.py", 1, 1, 1, 2)
    return finding(
        span,
        HOSTILE,
        help=HOSTILE,
        related=(Related(span, HOSTILE),),
        affected=(HOSTILE,),
        fix=Fix(HOSTILE, (Edit(span, HOSTILE),), safe=True),
    )


@pytest.mark.parametrize("format_name", ["json", "jsonl", "sarif", "gitlab"])
def test_json_formats_are_ascii_whatever_the_code_holds(format_name: str) -> None:
    report = shown(format_name, _hostile(), files={f"{HOSTILE}.py": HOSTILE})
    assert report.isascii()
    assert "\x1b" not in report
    assert json.loads(report)


@pytest.mark.parametrize("format_name", MACHINE_FORMATS)
def test_machine_formats_do_not_know_the_terminal(format_name: str) -> None:
    findings = (with_trail(), finding(Span("a.py", 1, 1, 1, 2)))
    plain = shown(format_name, *findings)
    assert plain
    terminal: dict[str, Any] = {
        "width": 1,
        "colour": True,
        "hyperlinks": True,
        "verbose": True,
        "quiet": True,
    }
    assert shown(format_name, *findings, **terminal) == plain


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_finding_is_shown_in_the_given_order(format_name: str) -> None:
    findings = [
        finding(Span(path, line, 1, line, 2), f"message {line}")
        for path, line in (("z.py", 9), ("z.py", 3), ("a.py", 7), ("z.py", 5))
    ]
    report = shown(format_name, *findings, files={"z.py": "x\n" * 9, "a.py": "x\n" * 9})
    told = re.findall(r"message (\d)", report)
    assert [number for index, number in enumerate(told) if told.index(number) == index] == list(
        "9375"
    )


@pytest.mark.parametrize("format_name", FORMATS)
def test_equal_outcomes_give_equal_reports(format_name: str) -> None:
    findings = (with_trail(), finding(Span("a.py", 1, 1, 1, 2)))
    assert shown(format_name, *findings) == shown(format_name, *findings)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_report_ends_with_one_newline(format_name: str) -> None:
    report = shown(format_name, with_trail())
    assert report.endswith("\n")
    assert not report.endswith("\n\n")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown output format 'html'; expected one of full, "):
        render("html", Outcome(), sources({}), ReportOptions(root=ROOT, cwd=ROOT))


def test_github_commands() -> None:
    lines = Span("app/a.py", 1, 3, 2, 4)
    report = shown(
        "github",
        with_trail(),
        finding(lines, severity=Severity.WARNING),
        finding(lines, severity=Severity.INFO),
        outcome={"errors": ("a rule\nfailed",)},
    )
    rule = "title=fastlint FLT101 (blocking-call-in-async)"
    assert report.splitlines() == [
        (
            f"::error {rule},file=app/services/reports.py,line=6,endLine=6,col=12,endColumn=24"
            "::app/services/reports.py:6:12: FLT101 `requests.get` blocks the event loop"
            "%0A1. app/routers/reports.py:9: `GET /reports/{report_id}` runs on the event loop"
            "%0A2. app/routers/reports.py:10: calls `build_report`"
            "%0Ahelp: await an `httpx.AsyncClient`"
        ),
        f"::warning {rule},file=app/a.py,line=1,endLine=2::app/a.py:1:3: FLT101 something is wrong",
        f"::notice {rule},file=app/a.py,line=1,endLine=2::app/a.py:1:3: FLT101 something is wrong",
        r"::error title=fastlint::a rule\nfailed",
    ]


def test_github_properties_and_messages_are_escaped() -> None:
    report = shown("github", finding(Span("a,b:c%.py", 1, 1, 1, 2), "100% ::x,y"))
    assert "file=a%2Cb%3Ac%25.py,line=1" in report
    assert report.endswith("::a,b:c%25.py:1:1: FLT101 100%25 ::x,y\n")


def test_a_hostile_name_gives_one_github_command() -> None:
    report = shown("github", _hostile(), files={})
    assert report.count("\n") == 1
    assert report.startswith("::error title=fastlint FLT101")


def test_gitlab_issues() -> None:
    span = Span("app/a.py", 1, 3, 2, 4)
    issues = json.loads(
        shown("gitlab", *(finding(span, severity=severity) for severity in Severity))
    )
    assert issues[0] == {
        "description": "FLT101 blocking-call-in-async: something is wrong",
        "check_name": "FLT101",
        "fingerprint": issues[0]["fingerprint"],
        "severity": "major",
        "location": {
            "path": "app/a.py",
            "positions": {"begin": {"line": 1, "column": 3}, "end": {"line": 2, "column": 4}},
        },
    }
    assert [issue["severity"] for issue in issues] == ["major", "minor", "info"]
    assert len({issue["fingerprint"] for issue in issues}) == 3


def test_junit_counts_and_tells() -> None:
    report = shown(
        "junit", with_trail(), finding(Span("b.py", 2, 1, 2, 2)), outcome={"errors": ("e",)}
    )
    document = ET.fromstring(report)  # noqa: S314
    assert document.attrib == {"name": "fastlint", "tests": "3", "failures": "2", "errors": "1"}
    assert [suite.get("name") for suite in document] == [
        "app/services/reports.py",
        "b.py",
        "fastlint",
    ]
    case = document[0][0]
    assert case.get("name") == "FLT101 blocking-call-in-async"
    assert (case.get("line"), case.get("column")) == ("6", "12")
    assert case[0].tag == "failure"
    assert case[0].get("message") == "`requests.get` blocks the event loop"
    assert "2. app/routers/reports.py:10: calls `build_report`" in (case[0].text or "")
    assert document[2][0][0].tag == "error"


def test_junit_of_nothing_is_one_test_that_passed() -> None:
    document = ET.fromstring(shown("junit"))  # noqa: S314
    assert document.get("tests") == "1"
    assert document.get("failures") == "0"
    assert [len(case) for case in document.iter("testcase")] == [0]


def test_junit_parses_whatever_the_code_holds() -> None:
    document = ET.fromstring(shown("junit", _hostile(), outcome={"errors": (HOSTILE,)}).encode())  # noqa: S314
    message = document[0][0][0].get("message") or ""
    assert message == r'a\x00\x1b[31m\n::error::x,y:100%\r"<&\xff選'


def test_concise_is_one_line_a_finding() -> None:
    span = at("app/services/reports.py", "requests.get")
    safe = Fix("do it", (Edit(span, "x"),), safe=True)
    report = shown(
        "concise", with_trail(), finding(span, severity=Severity.INFO, fix=safe), quiet=True
    )
    assert report == (
        "app/services/reports.py:6:12: error[FLT101] `requests.get` blocks the event loop\n"
        "app/services/reports.py:6:12: info[FLT101] [*] something is wrong\n"
    )


def test_grouped_names_each_file_once_and_aligns() -> None:
    fix = Fix("do it", (), safe=True)
    report = shown(
        "grouped",
        finding(Span("a.py", 1, 10, 1, 11), "one"),
        finding(Span("a.py", 20, 1, 20, 2), "two", severity=Severity.WARNING, fix=fix),
        finding(Span("b.py", 3, 1, 3, 2), "three", severity=Severity.INFO),
        quiet=True,
    )
    assert report == (
        "a.py\n"
        "   1:10  error    FLT101  one  blocking-call-in-async\n"
        "  20:1   warning  FLT101  [*] two  blocking-call-in-async\n"
        "\n"
        "b.py\n"
        "  3:1  info  FLT101  three  blocking-call-in-async\n"
    )


def test_statistics_say_what_a_mark_means_for_some_of_several() -> None:
    span = Span("a.py", 1, 1, 1, 2)
    some = (finding(span, fix=Fix("do it", (), safe=True)), finding(span))
    for findings, is_said in ((some, True), (some[:1], False)):
        report = statistics.render(
            Outcome(findings, COVERAGE), sources({}), ReportOptions(root=ROOT, cwd=ROOT)
        )
        assert ("[-]: some of them" in report) is is_said


def test_statistics_count_each_rule_the_most_frequent_first() -> None:
    span = Span("a.py", 1, 1, 1, 2)
    safe, unsafe = (Fix("do it", (), safe) for safe in (True, False))
    raised = {"code": "FLT403", "name": "return-http-exception"}
    secret = {"code": "FLT201", "name": "hardcoded-secret"}
    findings = (
        finding(span, fix=safe),
        *(finding(span, **raised, fix=safe if number else unsafe) for number in range(10)),
        finding(span, **secret, fix=unsafe),
    )
    report = statistics.render(
        Outcome(findings, COVERAGE), sources({}), ReportOptions(root=ROOT, cwd=ROOT, quiet=True)
    )
    assert report == (
        "10  FLT403  [-]  return-http-exception\n"
        " 1  FLT101  [*]  blocking-call-in-async\n"
        " 1  FLT201       hardcoded-secret\n"
    )


@pytest.mark.parametrize("format_name", FORMATS)
def test_without_colour_nothing_slow_is_imported(format_name: str) -> None:
    code = (
        "import sys\n"
        "from reportcases import shown, with_trail\n"
        f"shown({format_name!r}, with_trail())\n"
        "slow = {'rich', 'libcst', 'typer', 'difflib', 'fastlint.catalogue'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "[]\n"
