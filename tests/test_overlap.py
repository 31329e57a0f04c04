"""What is left to ruff is what ruff itself reports, by its own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest
from clicases import project, run
from pagecases import files_of, findings, trials

from fastlint.findings import Problem
from fastlint.overlap.configured import configured
from fastlint.overlap.reading import File
from fastlint.overlap.same import twin
from fastlint.overlap.table import CODES, TWINS


def ruff(folder: Path, *options: str) -> list[tuple[str, str, int, int]]:
    """What ruff reports below a folder: file, code, first and last line."""
    words = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "json"]
    ran = subprocess.run(
        [*words, *options, "."], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1), ran.stderr
    return [
        (
            os.path.relpath(each["filename"], folder).replace(os.sep, "/"),
            each["code"],
            each["location"]["row"],
            each["end_location"]["row"],
        )
        for each in json.loads(ran.stdout)
    ]


# ------------------------------------------------------------------------- the same finding


def test_whatever_is_left_to_ruff_is_reported_by_ruff(tmp_path: Path) -> None:
    claimed: dict[tuple[str, str], list[tuple[int, int, str]]] = defaultdict(list)
    for number, trial in enumerate(trials("Bad")):
        if trial.document.code not in TWINS:
            continue
        texts = files_of(trial)
        for each in findings(trial):
            try:
                file = File(texts[each.span.path])
            except SyntaxError:
                continue
            problem = Problem(each.span, each.message, severity=each.severity)
            code = twin(each.code, problem, file)
            if code:
                path = f"{number}/{each.span.path}"
                claimed[path, code].append((each.span.line, each.span.end_line, each.message))
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(texts[each.span.path], encoding="utf-8")
    reported: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for path, code, first, last in ruff(tmp_path, "--isolated", "--select", ",".join(CODES)):
        reported[path, code].append((first, last))
    wrong = [
        (key, line, message)
        for key, places in claimed.items()
        for line, end, message in places
        if not any(first <= end and line <= last for first, last in reported[key])
    ]
    assert wrong == []
    shown = {code for _, code in claimed}
    assert len(claimed) > 40
    assert shown >= {"ASYNC210", "ASYNC221", "ASYNC230", "ASYNC240", "ASYNC251", "DTZ003"}
    assert shown >= {"B006", "FAST001", "FAST002", "FAST003", "RUF006", "S105", "S106", "S107"}


ROUTES = """\
import asyncio
import time
from datetime import datetime
from pathlib import Path

import requests
from fastapi import APIRouter, Depends, FastAPI, Query

from routers import shared

app = FastAPI()
DB_PASSWORD = "s3cr3t-9f8e7d6c5b"


def get_db() -> str:
    return connect(password="s3cr3t-9f8e7d6c5b")


def blocks() -> None:
    time.sleep(1)


@app.get("/a", response_model=int)
async def a(db: str = Depends(get_db)) -> int:
    time.sleep(1)
    requests.get("https://example.com")
    Path("x").read_text()
    asyncio.create_task(b())
    blocks()
    return datetime.utcnow()


@app.get("/b/{item_id}")
async def b(q: str) -> int:
    session = requests.Session()
    session.get("https://example.com")
    return 1


@shared.get("/c", response_model=int)
def c(db: str = Depends(get_db)) -> int:
    return 1
"""
SKIP = 'ruff-overlap = "skip"\n'


def codes(root: Path, *options: str) -> list[tuple[str, int]]:
    ran = run("check", "--select", "ALL", "--output-format", "json", *options, cwd=root)
    found = json.loads(ran.out)["findings"]
    return [(each["code"], each["location"]["row"]) for each in found if each["code"] in TWINS]


def test_what_ruff_reports_is_skipped_and_what_it_does_not_see_is_kept(tmp_path: Path) -> None:
    routers = "from fastapi import APIRouter\n\nshared = APIRouter()\n"
    root = project(
        tmp_path, {"app.py": ROUTES, "routers.py": routers, "ruff.toml": 'lint.select = ["ALL"]'}
    )
    all_of_them = codes(root)
    (root / "fastlint.toml").write_text(SKIP, encoding="utf-8")
    kept = codes(root)
    line = {text.strip(): number for number, text in enumerate(ROUTES.splitlines(), 1)}
    gone = [each for each in all_of_them if each not in kept]
    reported = {(row, code) for path, code, row, _ in ruff(root) if path == "app.py"}
    assert all(any((row, other) in reported for other in TWINS[code]) for code, row in gone)
    assert ("FLT101", line['session.get("https://example.com")']) in kept  # no name of ruff's
    helper = ROUTES[: ROUTES.index("    time.sleep(1)")].count("\n") + 1
    assert ("FLT101", helper) in kept  # ruff looks no further than the function
    assert ("FLT402", line['@shared.get("/c", response_model=int)']) in kept  # another file's
    assert ("FLT504", line["def c(db: str = Depends(get_db)) -> int:"]) in kept
    assert {code for code, _ in gone} == set(TWINS) - {"FLT106", "FLT304"}
    text = run("check", "--select", "ALL", cwd=root).out
    assert f"({len(gone)} left to ruff)." in text


def test_without_the_option_nothing_is_skipped(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": ROUTES, "ruff.toml": 'lint.select = ["ALL"]'})
    before = codes(root)
    (root / "fastlint.toml").write_text('ruff-overlap = "report"\n', encoding="utf-8")
    assert codes(root) == before
    (root / "fastlint.toml").write_text(SKIP, encoding="utf-8")
    assert len(codes(root)) < len(before)
    (root / "ruff.toml").write_text('lint.select = ["E"]\n', encoding="utf-8")
    assert codes(root) == before  # a change of ruff's settings is seen at once


def test_config_shows_what_is_left_to_ruff(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": "", ".git/HEAD": "", "fastlint.toml": SKIP})
    nothing = "left to ruff:\n  nothing: no settings of ruff select"
    assert nothing in run("config", cwd=root).out
    (root / "ruff.toml").write_text('lint.select = ["B", "S105"]\n', encoding="utf-8")
    out = run("config", cwd=root).out
    assert 'ruff-overlap = "skip"  # fastlint.toml:1' in out
    assert "left to ruff:\n  # ruff.toml\n  B006 (FLT304), S105 (FLT201)\n" in out
    (root / "fastlint.toml").write_text("", encoding="utf-8")
    assert "left to ruff" not in run("config", cwd=root).out


# ------------------------------------------------------------------------- ruff's settings

SAMPLE = """\
import time


async def wait(x=[]):
    time.sleep(1)
    open("x")
    password = "hunter2hunter2"
"""
IN_SAMPLE = {"ASYNC251", "ASYNC230", "B006", "S105"}


@pytest.mark.parametrize(
    ("files", "seen"),
    [
        ({}, set()),
        ({"ruff.toml": 'lint.select = ["ALL"]'}, IN_SAMPLE),
        ({"ruff.toml": 'lint.select = ["ASYNC"]'}, {"ASYNC251", "ASYNC230"}),
        ({"ruff.toml": 'lint.select = ["ASYNC25", "S1"]'}, {"ASYNC251", "S105"}),
        ({"ruff.toml": 'lint.select = ["ALL"]\nlint.ignore = ["ASYNC", "S105"]'}, {"B006"}),
        ({"ruff.toml": 'lint.select = ["ASYNC251"]\nlint.ignore = ["ASYNC"]'}, {"ASYNC251"}),
        ({"ruff.toml": 'lint.select = ["B"]\nlint.extend-select = ["S"]'}, {"B006", "S105"}),
        ({"ruff.toml": 'select = ["B"]\nextend-ignore = ["B006"]'}, set()),
        ({"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n"}, set()),
        ({"pyproject.toml": '[tool.ruff.lint]\nselect = ["S", "B0"]'}, {"S105", "B006"}),
        (
            {
                "pyproject.toml": '[tool.ruff.lint]\nselect = ["S"]',
                "ruff.toml": 'lint.select = ["B"]',
                ".ruff.toml": 'lint.select = ["ASYNC"]',
            },
            {"ASYNC251", "ASYNC230"},
        ),
        (
            {
                "ruff.toml": 'lint.select = ["B"]',
                "app/ruff.toml": 'lint.select = ["S"]',
            },
            {"S105"},
        ),
        (
            {
                "base.toml": 'lint.select = ["B", "S"]\nlint.ignore = ["S105"]',
                "ruff.toml": 'extend = "base.toml"\nlint.extend-select = ["ASYNC251"]',
            },
            {"B006", "ASYNC251"},
        ),
        (
            {
                "base.toml": 'lint.select = ["B", "S"]',
                "ruff.toml": 'extend = "base.toml"\nlint.select = ["ASYNC251"]',
            },
            {"ASYNC251"},
        ),
        (
            {
                "base.toml": 'lint.select = ["ALL"]\n[lint.per-file-ignores]\n"app/*" = ["S"]',
                "ruff.toml": 'extend = "base.toml"\nlint.ignore = ["B006"]',
            },
            {"ASYNC251", "ASYNC230"},
        ),
        (
            {
                "base.toml": 'lint.select = ["ALL"]\n[lint.per-file-ignores]\n"app/*" = ["S"]',
                "ruff.toml": 'extend = "base.toml"\n[lint.per-file-ignores]\n"m*.py" = ["B"]',
            },
            {"ASYNC251", "ASYNC230", "S105"},
        ),
        (
            {
                "base.toml": 'lint.select = ["ALL"]\n[lint.per-file-ignores]\n"app/*" = ["S"]',
                "ruff.toml": 'extend = "base.toml"\n'
                '[lint.extend-per-file-ignores]\n"**/main.py" = ["B"]',
            },
            {"ASYNC251", "ASYNC230"},
        ),
        (
            {"ruff.toml": 'lint.select = ["ALL"]\n[lint.per-file-ignores]\n"!tests/**" = ["S"]'},
            IN_SAMPLE - {"S105"},
        ),
        (
            {"ruff.toml": 'lint.select = ["ALL"]\n[lint.per-file-ignores]\n"{a,app}/**" = ["S"]'},
            IN_SAMPLE - {"S105"},
        ),
        ({"ruff.toml": 'exclude = ["app"]\nlint.select = ["ALL"]'}, set()),
        ({"ruff.toml": 'extend-exclude = ["app/m*"]\nlint.select = ["ALL"]'}, set()),
        ({"ruff.toml": 'lint.exclude = ["main.py"]\nlint.select = ["ALL"]'}, set()),
        ({"ruff.toml": 'lint.exclude = ["other.py"]\nlint.select = ["ALL"]'}, IN_SAMPLE),
        ({"ruff.toml": 'include = ["lib/**/*.py"]\nlint.select = ["ALL"]'}, set()),
        ({"ruff.toml": 'include = ["app/*.py"]\nlint.select = ["ALL"]'}, IN_SAMPLE),
    ],
)
def test_settings_are_read_as_ruff_reads_them(
    tmp_path: Path, files: dict[str, str], seen: set[str]
) -> None:
    root = project(tmp_path, {"app/main.py": SAMPLE, ".git/HEAD": "", **files})
    believed = configured(root, ["app/main.py"]).on("app/main.py") & IN_SAMPLE
    assert believed == seen
    reported = {code for _, code, *_ in ruff(root) if code in IN_SAMPLE}
    selects = any("select" in text for text in files.values())
    assert reported == seen if selects else reported >= seen


def test_settings_that_cannot_be_read_say_nothing(tmp_path: Path) -> None:
    for text in ("lint.select = [", "lint = 3\nselect = 'ALL'", 'extend = "ruff.toml"', "\x00"):
        root = project(tmp_path, {"app.py": SAMPLE, ".git/HEAD": "", "ruff.toml": text})
        assert configured(root, ["app.py"]).on("app.py") == frozenset()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_or_a_pattern_without_end_is_not_waited_for(tmp_path: Path) -> None:
    settings = 'extend = "pipe.toml"\nexclude = ["%s"]\nlint.select = ["S"]\n' % ("*a" * 40)
    long = "a" * 200 + ".py"
    root = project(tmp_path, {long: SAMPLE, "ruff.toml": settings})
    os.mkfifo(root / "pipe.toml")
    assert configured(root, [long]).on(long) == {"S105", "S106", "S107"}


def test_what_a_noqa_for_ruff_answers_is_not_brought_up_again(tmp_path: Path) -> None:
    for comment, is_told in (("# noqa: ASYNC251", False), ("# noqa: E501", True)):
        text = ROUTES.replace(
            "    time.sleep(1)\n    req", f"    time.sleep(1)  {comment}\n    req"
        )
        row = text[: text.index("# noqa")].count("\n") + 1
        (tmp_path / comment[-4:]).mkdir()
        found = codes(project(tmp_path / comment[-4:], {"app.py": text}))
        assert (("FLT101", row) in found) is is_told


def test_equal_settings_have_equal_keys(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": SAMPLE, "ruff.toml": 'lint.select = ["ALL"]'})
    script = (
        "import msgspec, pathlib; from fastlint.overlap.configured import configured; "
        "print(msgspec.msgpack.encode(configured(pathlib.Path('.'), ['app.py'])))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert msgspec.msgpack.encode(configured(root, ["app.py"]))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("async def f():\n    open('x')\n", "ASYNC230"),
        ("from io import *\nasync def f():\n    open('x')\n", ""),
        ("async def f(open):\n    open('x')\n", ""),
        ("def f():\n    open('x')\n", ""),
        ("async def f():\n    def g():\n        open('x')\n", ""),
        ("ä = 1\nasync def f():\n    'ä'; open('x')\n", "ASYNC230"),
    ],
)
def test_names_mean_what_ruff_takes_them_for(text: str, code: str, tmp_path: Path) -> None:
    file = File(text)
    row = next(n for n, line in enumerate(text.split("\n"), 1) if "open('x')" in line)
    column = text.split("\n")[row - 1].index("open") + 1
    from fastlint.findings import Span

    span = Span("a.py", row, column, row, column + 9)
    assert twin("FLT101", Problem(span, ""), file) == code
    if code:
        (tmp_path / "a.py").write_text(text, encoding="utf-8")
        assert code in {each for _, each, *_ in ruff(tmp_path, "--isolated", "--select", "ASYNC")}
