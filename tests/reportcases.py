"""A small made-up outcome and its sources, for the tests of the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastlint.findings import Coverage, Edit, Finding, Fix, Related, Severity, Span
from fastlint.outcome import Outcome
from fastlint.report import render
from fastlint.report.options import ReportOptions
from fastlint.source.file import SourceFile

ROOT = Path("/srv/shop")

SERVICE = """\
import requests


def build_report(report_id: int) -> dict[str, object]:
    url = f"https://reports.example/{report_id}"
    data = requests.get(url, timeout=10).json()
    return {"id": report_id, "rows": data}
"""

ROUTES = """\
from fastapi import APIRouter

from app.services.reports import build_report

router = APIRouter(prefix="/reports")


@router.get("/{report_id}")
async def read_report(report_id: int):
    return build_report(report_id)
"""

FILES = {"app/services/reports.py": SERVICE, "app/routers/reports.py": ROUTES}


def sources(files: Mapping[str, str] = FILES) -> Callable[[str], SourceFile | None]:
    """What the engine hands to a report: the file, or None when it cannot be had."""
    return lambda path: SourceFile(path, files[path]) if path in files else None


def at(path: str, text: str, files: Mapping[str, str] = FILES) -> Span:
    """The span of the first place where ``text`` stands in a file."""
    start = files[path].index(text)
    return SourceFile(path, files[path]).span(start, start + len(text))


def finding(span: Span, message: str = "something is wrong", **changed: Any) -> Finding:
    """A finding with unremarkable values for everything that a test does not name."""
    values: dict[str, Any] = {
        "code": "FLT101",
        "name": "blocking-call-in-async",
        "category": "async",
        "severity": Severity.ERROR,
        "message": message,
        "help": "",
        "span": span,
        "related": (),
        "affected": (),
        "fix": None,
        "url": "https://fastlint.example/rules/FLT101",
    }
    return Finding(**{**values, **changed})


def with_trail() -> Finding:
    """A blocking call in one file that a route of another file runs, with a fix there."""
    handler = at("app/routers/reports.py", "async def read_report")
    return finding(
        at("app/services/reports.py", "requests.get"),
        "`requests.get` blocks the event loop",
        help="await an `httpx.AsyncClient`",
        related=(
            Related(
                at("app/routers/reports.py", "read_report"),
                "`GET /reports/{report_id}` runs on the event loop",
            ),
            Related(
                at("app/routers/reports.py", "build_report(report_id)"), "calls `build_report`"
            ),
        ),
        affected=("app.routers.reports:read_report",),
        fix=Fix(
            "make `read_report` a plain `def`", (Edit(handler, "def read_report"),), safe=False
        ),
    )


COVERAGE = Coverage(
    files=212,
    unread=1,
    apps=3,
    routers=41,
    routes=412,
    unknown_routes=3,
    unknown=("app/plugins.py:12: the router comes from an entry point",),
)


def shown(
    format_name: str,
    *findings: Finding,
    files: Mapping[str, str] = FILES,
    outcome: Mapping[str, Any] | None = None,
    **options: Any,
) -> str:
    """What a format prints for these findings."""
    given = {"root": ROOT, "cwd": ROOT, **options}
    return render(
        format_name,
        Outcome(findings=findings, coverage=COVERAGE, **(outcome or {})),
        sources(files),
        ReportOptions(**given),
    )
