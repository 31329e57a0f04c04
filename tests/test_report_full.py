"""What a person sees: frames, carets, trails, fixes, summaries."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from reportcases import ROOT, at, finding, shown, sources, with_trail

from fastlint.findings import Coverage, Edit, Finding, Fix, Related, Severity, Span
from fastlint.outcome import AppliedFix, Outcome
from fastlint.report import render
from fastlint.report.options import ReportOptions


def _text(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_finding_with_everything() -> None:
    assert shown("full", with_trail(), width=90) == _text(
        """
        error[FLT101] blocking-call-in-async: `requests.get` blocks the event loop
          --> app/services/reports.py:6:12
           |
         5 |     url = f"https://reports.example/{report_id}"
         6 |     data = requests.get(url, timeout=10).json()
           |            ^^^^^^^^^^^^
         7 |     return {"id": report_id, "rows": data}
           |
           = why:
           1. app/routers/reports.py:9:11
         9 | async def read_report(report_id: int):
           |           ----------- `GET /reports/{report_id}` runs on the event loop
           2. app/routers/reports.py:10:12
        10 |     return build_report(report_id)
           |            ----------------------- calls `build_report`
           |
           = help: await an `httpx.AsyncClient`
           = unsafe fix: make `read_report` a plain `def`
          --> app/routers/reports.py
         9 - async def read_report(report_id: int):
         9 + def read_report(report_id: int):

        Found 1 error in 1 file.
        Fixable: 1 with `--fix --unsafe-fixes`.
        Read 212 files: 3 apps, 41 routers, 412 routes; 3 with an unknown part (see `--verbose`);
        1 file could not be read.
        """
    )


def _frame(text: str, span: tuple[int, int, int, int], width: int = 80) -> str:
    """The code frame alone, of a file that is called ``a.py``."""
    report = shown(
        "full", finding(Span("a.py", *span)), files={"a.py": text}, width=width, quiet=True
    )
    return report.split("\n", 2)[2]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_style_gives_the_same_frame(newline: str) -> None:
    assert _frame(newline.join(("a = 1", "b = 2", "c = 3", "")), (2, 5, 2, 6)) == _text(
        """
          |
        1 | a = 1
        2 | b = 2
          |     ^
        3 | c = 3
        """
    )


def test_carets_line_up_after_tabs() -> None:
    assert _frame("\tx =\tcall()\n", (1, 6, 1, 12)) == _text(
        """
          |
        1 |     x = call()
          |         ^^^^^^
        """
    )


def test_carets_line_up_after_wide_characters_and_combining_marks() -> None:
    line = 'x = "選項e\u0301", call()'
    start = line.index("call") + 1
    frame = _frame(line, (1, start, 1, start + 6)).splitlines()
    assert frame[1] == f"1 | {line}"
    # Two characters take two columns each, one takes none.
    assert frame[2] == "  | " + " " * (start - 1 + 2 - 1) + "^^^^^^"


def test_a_wide_character_is_marked_in_its_whole_width() -> None:
    assert _frame("x = '選項'\n", (1, 6, 1, 8)).splitlines()[2] == "  |      ^^^^"


def test_an_escape_in_a_line_counts_with_the_width_it_is_shown_in() -> None:
    assert _frame("x = '\x1b[31m'; call()\n", (1, 14, 1, 20)) == _text(
        r"""
          |
        1 | x = '\x1b[31m'; call()
          |                 ^^^^^^
        """
    )


def test_an_empty_span_and_one_past_the_end_of_the_line_have_a_caret() -> None:
    assert _frame("ab\n", (1, 2, 1, 2)).splitlines()[2] == "  |  ^"
    assert _frame("ab\n", (1, 9, 1, 12)).splitlines()[2] == "  |   ^"


def test_a_span_that_ends_after_the_newline_is_of_one_line() -> None:
    assert _frame("abc\ndef\n", (1, 1, 2, 1)) == _text(
        """
          |
        1 | abc
          | ^^^
        2 | def
        """
    )


def test_a_span_of_several_lines_is_barred_and_shortened() -> None:
    text = "".join(f"    line{number}\n" for number in range(1, 12))
    assert _frame(text, (2, 5, 10, 11)) == _text(
        """
           |
         1 |       line1
         2 | /     line2
         3 | |     line3
         4 | |     line4
        ...  |
         9 | |     line9
        10 | |     line10
           | |__________^
        11 |       line11
        """
    )


def test_a_span_that_starts_within_a_line() -> None:
    assert _frame("call(\n    1,\n)\n", (1, 5, 3, 2)) == _text(
        """
          |
        1 |   call(
          |  _____^
        2 | |     1,
        3 | | )
          | |_^
        """
    )


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "x" * 300 + "call()" + "y" * 300
    frame = _frame(line, (1, 301, 1, 307), width=60).splitlines()
    assert max(map(len, frame)) <= 60
    assert frame[1].startswith("1 | ...x")
    assert frame[1].endswith("y...")
    marked = [index for index, character in enumerate(frame[2]) if character == "^"]
    assert frame[1][marked[0] : marked[-1] + 1] == "call()"


def test_a_cut_line_stands_without_its_neighbours() -> None:
    text = "before\n" + "x" * 300 + "call()\nafter\n"
    frame = _frame(text, (2, 301, 2, 307), width=60)
    assert "call()" in frame
    assert "before" not in frame
    assert "after" not in frame


def test_a_line_of_megabytes_is_cut_around_the_span() -> None:
    line = "選" * 1_000_000 + "call()" + "x" * 1_000_000
    frame = _frame(line, (1, 1_000_001, 1, 1_000_007), width=60).splitlines()
    wide = frame[1].count("選")
    start = frame[2].index("^") - wide
    assert frame[1][start : start + 6] == "call()"
    assert len(frame[1]) + wide <= 60


@pytest.mark.parametrize("width", [1, 40, 60, 100, 400])
def test_no_source_line_is_wider_than_the_terminal(width: int) -> None:
    report = shown("full", with_trail(), width=width)
    framed = [line for line in report.splitlines() if re.match(r"\s*\d+ [|+-] ", line)]
    assert framed
    assert all(len(line) <= max(width, 40) for line in framed)


def test_a_label_without_room_beside_its_mark_stands_below_it() -> None:
    step = Related(
        at("app/routers/reports.py", "build_report(report_id)"), "calls it " * 6 + "here"
    )
    report = shown(
        "full", finding(at("app/services/reports.py", "requests"), related=(step,)), width=62
    )
    assert (
        "10 |     return build_report(report_id)\n"
        "   |            -----------------------\n"
        "   |        calls it calls it calls it calls it calls it calls\n"
        "   |        it here\n"
    ) in report


def test_without_its_source_a_finding_and_its_trail_are_still_told() -> None:
    assert shown("full", with_trail(), files={}, quiet=True) == _text(
        """
        error[FLT101] blocking-call-in-async: `requests.get` blocks the event loop
          --> app/services/reports.py:6:12
           |
           = why:
           1. app/routers/reports.py:9:11: `GET /reports/{report_id}` runs on the event loop
           2. app/routers/reports.py:10:12: calls `build_report`
           |
           = help: await an `httpx.AsyncClient`
           = unsafe fix: make `read_report` a plain `def`
        """
    )


def test_a_span_outside_its_file_is_no_error() -> None:
    report = shown(
        "full", finding(Span("a.py", 90, 1, 91, 4)), files={"a.py": "x = 1\n"}, quiet=True
    )
    assert report.splitlines()[1] == "  --> a.py:90:1"
    assert len(report.splitlines()) == 2


def test_the_fix_shows_only_what_changes() -> None:
    text = "import os\n\n\ndef f():\n    a = 1\n    b = 2\n    c = 3\n    return a\n"
    edits = (
        Edit(Span("a.py", 1, 1, 1, 1), "import abc\n"),
        Edit(Span("a.py", 5, 9, 5, 10), "10"),
        Edit(Span("a.py", 7, 9, 7, 10), "30"),
        Edit(Span("a.py", 8, 1, 9, 1), ""),
    )
    found = finding(Span("a.py", 5, 5, 5, 6), fix=Fix("do it", edits, safe=True))
    report = shown("full", found, files={"a.py": text}, quiet=True)
    assert report[report.index("  = fix") :] == _text(
        """
          = fix: do it
        1 + import abc
        ...
        5 -     a = 1
        6 +     a = 10
        ...
        7 -     c = 3
        8 -     return a
        8 +     c = 30
        """
    )


def test_a_fix_in_a_file_with_other_newlines_reads_the_same() -> None:
    fix = Fix("do it", (Edit(Span("a.py", 1, 1, 2, 2), "b\r\na"),), safe=True)
    found = finding(Span("a.py", 1, 1, 1, 2), fix=fix)
    report = shown("full", found, files={"a.py": "a\r\nb\r\n"}, quiet=True)
    assert report.endswith("= fix: do it\n1 + b\n1   a\n2 - b\n")


def test_a_fix_of_many_lines_is_cut() -> None:
    text = "".join(f"a{number}\n" for number in range(60))
    fix = Fix("empty it", (Edit(Span("a.py", 1, 1, 61, 1), ""),), safe=True)
    report = shown(
        "full", finding(Span("a.py", 1, 1, 1, 2), fix=fix), files={"a.py": text}, quiet=True
    )
    assert report.splitlines()[-2:] == ["24 - a23", "     ... 36 more lines"]


def test_a_fix_that_does_not_fit_the_text_shows_its_title_only() -> None:
    fix = Fix("do it", (Edit(Span("a.py", 7, 1, 9, 1), "x"),), safe=True)
    report = shown(
        "full", finding(Span("a.py", 1, 1, 1, 2), fix=fix), files={"a.py": "x\n"}, quiet=True
    )
    assert report.splitlines()[-1] == "  = fix: do it"


def test_the_affected_handlers_are_named_and_counted() -> None:
    found = finding(
        Span("a.py", 1, 1, 1, 2), affected=tuple(f"app:h{number}" for number in range(6))
    )
    report = shown("full", found, files={"a.py": "x\n"}, quiet=True)
    assert "= affects: app:h0, app:h1, app:h2 and 3 more handlers\n" in report


HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
HOSTILE = "evil\x1b]8;;http://x\x07\n::error::\r\x9b31m\u202e\u2066\u200b\u2028\udcff\x00name"


@pytest.mark.parametrize("format_name", ["full", "concise", "grouped", "github"])
def test_nothing_hidden_reaches_the_terminal(format_name: str) -> None:
    span = Span(f"{HOSTILE}.py", 1, 1, 1, 4)
    found = finding(
        span,
        HOSTILE,
        help=HOSTILE,
        related=(Related(span, HOSTILE), Related(Span("gone.py", 1, 1, 1, 2), HOSTILE)),
        affected=(HOSTILE, HOSTILE),
        fix=Fix(HOSTILE, (Edit(span, HOSTILE),), safe=True),
    )
    applied = AppliedFix("FLT101", "blocking-call-in-async", f"{HOSTILE}.py", HOSTILE)
    report = render(
        format_name,
        Outcome(
            (found,),
            Coverage(files=1, unknown=(HOSTILE,)),
            errors=(HOSTILE,),
            applied=(applied,),
        ),
        sources({f"{HOSTILE}.py": HOSTILE.replace("\n", "") * 2}),
        ReportOptions(root=ROOT, cwd=ROOT, verbose=True, show_fixes=True, width=2000),
    )
    assert report.encode()  # raises for what no terminal can be sent
    assert not HIDDEN.search(report)
    assert "\n::error::" not in report
    assert r"\x1b]8;;http://x\x07\n" in report


def test_colour_changes_nothing_but_the_colour() -> None:
    plain = shown("full", with_trail())
    coloured = shown("full", with_trail(), colour=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b]8" not in coloured


def test_links_are_given_when_asked_for() -> None:
    url = with_trail().url
    linked = shown("full", with_trail(), colour=True, hyperlinks=True)
    assert f"\x1b]8;;{url}\x1b\\" in linked
    assert linked == shown("full", with_trail(), colour=True, hyperlinks=True)
    assert url not in shown("full", with_trail(), hyperlinks=True)


@pytest.mark.parametrize(
    ("cwd", "path"),
    [
        ("/srv/shop", "app/a.py"),
        ("/srv", "shop/app/a.py"),
        ("/srv/shop/app", "a.py"),
        ("/srv/shop/tests", "/srv/shop/app/a.py"),
    ],
)
@pytest.mark.parametrize("format_name", ["full", "concise", "grouped", "json", "jsonl", "github"])
def test_files_are_named_from_where_the_reader_stands(
    format_name: str, cwd: str, path: str
) -> None:
    report = shown(format_name, finding(Span("app/a.py", 1, 1, 1, 2)), cwd=Path(cwd))
    assert re.search(rf'(^|[\s"=:]){re.escape(path)}', report)


def test_the_summary_of_nothing_found() -> None:
    assert shown("full", width=90) == _text(
        """
        No problems found.
        Read 212 files: 3 apps, 41 routers, 412 routes; 3 with an unknown part (see `--verbose`);
        1 file could not be read.
        """
    )


def test_a_project_without_fastapi_is_not_called_healthy() -> None:
    report = render(
        "full", Outcome(coverage=Coverage(files=2)), sources({}), ReportOptions(root=ROOT, cwd=ROOT)
    )
    assert report == "No problems found.\nRead 2 files: no FastAPI app, router or route in them.\n"


def test_the_summary_counts_by_severity_and_by_fix() -> None:
    span = Span("a.py", 1, 1, 1, 2)
    safe, unsafe = (Fix("do it", (Edit(span, "x"),), safe) for safe in (True, False))
    report = shown(
        "concise",
        finding(span, fix=safe),
        finding(span, severity=Severity.INFO, fix=unsafe),
        finding(span, severity=Severity.INFO),
        finding(Span("b.py", 1, 1, 1, 2), severity=Severity.WARNING, fix=safe),
        outcome={"suppressed": 4},
    )
    assert "Found 1 error, 1 warning, 2 info in 2 files (4 suppressed).\n" in report
    assert "Fixable: 2 with `--fix`, 1 more with `--fix --unsafe-fixes`.\n" in report


def test_what_is_unknown_is_listed_on_demand() -> None:
    sentence = "app/plugins.py:12: the router comes from an entry point"
    assert sentence not in shown("full")
    assert f"  unknown: {sentence}\n" in shown("full", verbose=True)
    assert "--verbose" not in shown("full", verbose=True)


def test_what_was_fixed_is_told_and_on_demand_listed() -> None:
    outcome = {
        "applied": (
            AppliedFix("FLT301", "collection-param-is-body", "app/a.py", "mark it", 2),
            AppliedFix("FLT403", "return-http-exception", "app/a.py", "raise it"),
        )
    }
    assert shown("full", outcome=outcome).startswith("Fixed 3 problems; nothing left.\n")
    left = shown("concise", finding(Span("a.py", 1, 1, 1, 2)), outcome=outcome)
    assert "Fixed 3 problems; left: 1 error in 1 file.\n" in left
    assert shown("full", outcome=outcome, show_fixes=True, quiet=True) == _text(
        """
        Applied fixes:
          app/a.py
            2 x FLT301 collection-param-is-body: mark it
            1 x FLT403 return-http-exception: raise it
        """
    )


@pytest.mark.parametrize("format_name", ["full", "concise", "grouped", "jsonl", "github"])
def test_quiet_and_nothing_found_prints_nothing(format_name: str) -> None:
    assert shown(format_name, quiet=True) == ""


def test_the_time_is_told_only_when_given() -> None:
    assert "Read 212 files in 0.25 s: " in shown("full", elapsed=0.2534)
    assert " s: " not in shown("full")


def _many(count: int, *, first_line: int = 1, **changed: Any) -> list[Finding]:
    lines = range(first_line, first_line + count)
    return [finding(Span("a.py", line, 1, line, 2), f"at {line}", **changed) for line in lines]


def test_a_long_report_says_where_to_begin() -> None:
    style = {"code": "FLT504", "severity": Severity.INFO}
    risk = {"code": "FLT216", "severity": Severity.WARNING}
    hole = {"code": "FLT301", "category": "security"}
    findings = [
        *_many(20, **style),
        *_many(2, first_line=30, **risk),
        *_many(2, first_line=40, affected=("a:one",)),
        finding(Span("b.py", 3, 4, 3, 5), "for all of them", affected=("a:one", "a:two")),
        *_many(1, first_line=50, **hole),
    ]
    report = shown("full", *findings, files={})
    assert report[report.index("Begin") : report.index("Found")] == _text(
        """
        Begin with these, the gravest of their rules:
          error[FLT301] a.py:50:1 at 50
          error[FLT101] b.py:3:4 for all of them (and 2 more of FLT101)
          warning[FLT216] a.py:30:1 at 30 (and 1 more of FLT216)

        """
    )
    assert report.index("at 19") < report.index("Begin")


def test_where_to_begin_keeps_to_the_width() -> None:
    long = "`Session.commit` blocks the event loop for 218 routes, first in the dependency `user`"
    findings = [*_many(11), finding(Span("b.py", 1, 1, 1, 2), long, affected=("a:one", "a:two"))]
    report = shown("full", *findings, files={}, width=60)
    assert report[report.index("Begin") : report.index("Found")] == _text(
        """
        Begin with these, the gravest of their rules:
          error[FLT101] b.py:1:1 `Session.commit` blocks the event
              loop for 218 routes, first in the dependency `user`
              (and 11 more of FLT101)

        """
    )


@pytest.mark.parametrize("findings", [_many(10), _many(30, severity=Severity.INFO)])
def test_a_short_report_and_one_of_style_need_no_beginning(findings: list[Finding]) -> None:
    assert "Begin" not in shown("full", *findings, files={})


def test_the_findings_alone_have_no_beginning() -> None:
    assert "Begin" not in shown("full", *_many(30), files={}, quiet=True)
