"""SARIF as GitHub code scanning takes it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from reportcases import at, finding, shown, with_trail

from fastlint.findings import Edit, Fix, Severity, Span
from fastlint.report.options import RuleInfo


def _rule(code: str, name: str, category: str, severity: Severity) -> RuleInfo:
    rule = SimpleNamespace(
        code=code,
        name=name,
        category=category,
        severity=severity,
        summary=f"Finds {name}",
        url=f"https://fastlint.example/rules/{code}",
        help_text=f"Why {name}.",
        help_markdown=f"## Why\n\n`{name}`",
    )
    return cast("RuleInfo", rule)


RULES = {
    "FLT101": _rule("FLT101", "blocking-call-in-async", "async", Severity.WARNING),
    "FLT201": _rule("FLT201", "hardcoded-secret", "security", Severity.ERROR),
    "FLT401": _rule("FLT401", "missing-response-model", "responses", Severity.INFO),
}


def _run(*findings: Any, **options: Any) -> dict[str, Any]:
    log = json.loads(shown("sarif", *findings, **{"rules": RULES, "version": "1.2.3", **options}))
    assert log["version"] == "2.1.0"
    assert "sarif-schema-2.1.0.json" in log["$schema"]
    (run,) = log["runs"]
    return cast("dict[str, Any]", run)


def test_the_tool_describes_every_enabled_rule_found_or_not() -> None:
    driver = _run()["tool"]["driver"]
    assert driver["name"] == "fastlint"
    assert driver["version"] == driver["semanticVersion"] == "1.2.3"
    assert driver["informationUri"] == "urn:x-python-package:fastlint"
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    assert driver["rules"][0] == {
        "id": "FLT101",
        "name": "BlockingCallInAsync",
        "shortDescription": {"text": "Finds blocking-call-in-async."},
        "fullDescription": {"text": "Finds blocking-call-in-async."},
        "help": {
            "text": "Why blocking-call-in-async.",
            "markdown": "## Why\n\n`blocking-call-in-async`",
        },
        "helpUri": "https://fastlint.example/rules/FLT101",
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["fastapi", "async"],
            "precision": "high",
            "problem.severity": "warning",
        },
    }


def test_a_development_version_is_not_called_semantic() -> None:
    assert "semanticVersion" not in _run(version="1.2.3.dev4")["tool"]["driver"]


def test_only_security_rules_have_a_security_severity_and_it_is_a_string() -> None:
    severities = {
        rule["id"]: rule["properties"].get("security-severity")
        for rule in _run()["tool"]["driver"]["rules"]
    }
    assert severities == {"FLT101": None, "FLT201": "8.0", "FLT401": None}


def test_a_rule_that_is_not_among_the_enabled_is_described_from_its_finding() -> None:
    found = finding(Span("a.py", 1, 1, 1, 2), code="FLT905", name="internal-error", url="")
    run = _run(found)
    rule = run["tool"]["driver"]["rules"][3]
    assert run["results"][0]["ruleIndex"] == 3
    assert rule["id"] == "FLT905"
    assert rule["shortDescription"]["text"] == "Internal error."
    assert rule["help"]["text"]
    assert "helpUri" not in rule


def test_a_result_has_all_that_github_needs() -> None:
    run = _run(with_trail())
    (result,) = run["results"]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
    assert result["level"] == "error"
    assert result["message"]["text"] == (
        "`requests.get` blocks the event loop.\nHelp: await an `httpx.AsyncClient`."
    )
    assert set(result["partialFingerprints"]) == {"primaryLocationLineHash", "fastlint/v1"}
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {
        "uri": "app/services/reports.py",
        "uriBaseId": "WORKDIR",
    }
    assert physical["region"] == {
        "startLine": 6,
        "startColumn": 12,
        "endLine": 6,
        "endColumn": 24,
        "snippet": {"text": "requests.get"},
    }
    assert physical["contextRegion"]["startLine"] == 4
    assert physical["contextRegion"]["snippet"]["text"].startswith("def build_report(")
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"] == {"WORKDIR": {"uri": "file:///srv/shop/"}}
    assert run["automationDetails"] == {"id": "fastlint/"}


def test_the_trail_is_a_flow_that_ends_at_the_finding() -> None:
    (result,) = _run(with_trail())["results"]
    (flow,) = result["codeFlows"]
    (thread,) = flow["threadFlows"]
    steps = [
        (
            step["location"]["physicalLocation"]["artifactLocation"]["uri"],
            step["location"]["physicalLocation"]["region"]["startLine"],
            step["location"]["message"]["text"],
        )
        for step in thread["locations"]
    ]
    assert steps == [
        ("app/routers/reports.py", 9, "`GET /reports/{report_id}` runs on the event loop"),
        ("app/routers/reports.py", 10, "calls `build_report`"),
        ("app/services/reports.py", 6, "`requests.get` blocks the event loop"),
    ]
    assert "codeFlows" not in _run(finding(Span("a.py", 1, 1, 1, 2)))["results"][0]


def test_a_fix_says_per_file_what_to_replace() -> None:
    edits = (
        Edit(Span("b.py", 2, 1, 2, 4), "y"),
        Edit(Span("a.py", 1, 1, 1, 1), "import x\n"),
        Edit(Span("b.py", 1, 1, 1, 1), "import y\n"),
    )
    found = finding(Span("a.py", 1, 1, 1, 2), fix=Fix("do it", edits, safe=True))
    (fix,) = _run(found)["results"][0]["fixes"]
    assert fix["description"]["text"] == "do it."
    assert fix["properties"] == {"applicability": "safe"}
    changes = [
        (
            change["artifactLocation"]["uri"],
            [r["insertedContent"]["text"] for r in change["replacements"]],
        )
        for change in fix["artifactChanges"]
    ]
    assert changes == [("a.py", ["import x\n"]), ("b.py", ["import y\n", "y"])]
    assert fix["artifactChanges"][1]["replacements"][1]["deletedRegion"] == {
        "startLine": 2,
        "startColumn": 1,
        "endLine": 2,
        "endColumn": 4,
    }


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("app/my file#1?.py", "app/my%20file%231%3F.py"),
        ("app/100%.py", "app/100%25.py"),
        ("app/選.py", "app/%E9%81%B8.py"),
        ("app/\udcff\n.py", "app/%FF%0A.py"),
    ],
)
def test_file_names_are_percent_encoded(path: str, uri: str) -> None:
    (result,) = _run(finding(Span(path, 1, 1, 1, 2)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_names_are_relative_to_the_working_directory_or_absolute() -> None:
    found = finding(Span("app/a b.py", 1, 1, 1, 2))

    def artifact(cwd: str) -> Any:
        (result,) = _run(found, cwd=Path(cwd))["results"]
        return result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert artifact("/srv") == {"uri": "shop/app/a%20b.py", "uriBaseId": "WORKDIR"}
    assert artifact("/srv/other") == {"uri": "file:///srv/shop/app/a%20b.py"}


def test_what_went_wrong_in_fastlint_is_notified() -> None:
    (fine,) = _run()["invocations"]
    assert fine["executionSuccessful"] is True
    assert "toolExecutionNotifications" not in fine
    (failed,) = _run(outcome={"errors": ("a rule failed",)})["invocations"]
    assert failed["executionSuccessful"] is False
    assert failed["toolExecutionNotifications"] == [
        {"level": "error", "message": {"text": "a rule failed."}}
    ]


def test_a_message_cannot_pose_as_a_link() -> None:
    (result,) = _run(finding(Span("a.py", 1, 1, 1, 2), "see [here](1) and `list[int]`"))["results"]
    assert result["message"]["text"] == r"see \[here](1) and `list[int]`."


def test_without_its_source_a_result_has_our_own_fingerprint_only() -> None:
    (result,) = _run(with_trail(), files={})["results"]
    assert set(result["partialFingerprints"]) == {"fastlint/v1"}
    assert "snippet" not in result["locations"][0]["physicalLocation"]["region"]


def test_code_of_megabytes_stays_out_of_the_log() -> None:
    line = "x" * 1_000_000
    report = shown("sarif", finding(Span("a.py", 1, 1, 1, 900_000)), files={"a.py": line})
    assert len(report) < 10_000


def test_a_span_that_is_the_whole_file_has_no_context() -> None:
    (result,) = _run(finding(Span("a.py", 1, 1, 1, 2)), files={"a.py": "x"})["results"]
    assert "contextRegion" not in result["locations"][0]["physicalLocation"]


def test_the_log_has_the_same_rules_in_every_run() -> None:
    secret = finding(at("app/services/reports.py", "url"), code="FLT201", name="hardcoded-secret")
    assert _run()["tool"] == _run(with_trail(), secret)["tool"]
