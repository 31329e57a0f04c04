"""What `--fix` and `--diff` do to files, and what they say of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from clicases import BROKEN, MENDED, MISNAMED, SECRET, project, run, spawn

from fastlint import api
from fastlint.engine.judging import Engine
from fastlint.outcome import Outcome
from fastlint.source import write


def test_fixes_are_written_and_a_second_run_is_clean(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": MISNAMED, "app/b.py": MISNAMED})
    ran = run("check", "--fix", cwd=root)
    assert ran.code == 0
    assert ran.err == "fixed 2 x FLT904 unknown-suppression\n"
    assert "Fixed 2 problems; nothing left." in ran.out
    assert (root / "app/a.py").read_text() == MENDED
    again = run("check", "--fix", cwd=root)
    assert (again.code, again.err) == (0, "")
    assert "No problems found." in again.out


def test_what_is_left_is_reported(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": MISNAMED, "bad.py": BROKEN})
    ran = run("check", "--fix", cwd=root)
    assert ran.code == 1
    assert "FLT901" in ran.out
    assert "FLT904" not in ran.out
    assert "Fixed 1 problem; left: 1 error in 1 file." in ran.out


def test_fixes_can_be_listed_by_file(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": MISNAMED})
    ran = run("check", "--fix", "--show-fixes", cwd=root)
    assert ran.err == ""
    assert "  app.py\n    1 x FLT904 unknown-suppression: " in ran.out
    (root / "app.py").write_text(MISNAMED)
    ran = run("check", "--fix", "--show-fixes", "--output-format", "json", cwd=root)
    assert ran.err == "app.py:\n  fixed 1 x FLT904 unknown-suppression\n"


def test_what_was_fixed_is_said_last_rule_by_rule(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED + SECRET, "b.py": MISNAMED, "c.py": BROKEN})
    ran = subprocess.run(
        [*_python(), "check", "--fix", "--unsafe-fixes"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    lines = ran.stdout.decode().splitlines()
    assert lines[-2:] == [
        "fixed 1 x FLT201 hardcoded-secret",
        "fixed 2 x FLT904 unknown-suppression",
    ]
    assert "FLT901" in lines[0]


def test_fix_only_reports_nothing_that_is_left(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED + SECRET, "b.py": BROKEN})
    ran = run("check", "--fix-only", cwd=root)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "fixed 1 x FLT904 unknown-suppression\n"
    assert (root / "a.py").read_text() == MENDED + SECRET
    again = run("check", "--fix-only", cwd=root)
    assert (again.code, again.out, again.err) == (0, "", "fixed nothing; 1 with `--unsafe-fixes`\n")
    assert run("check", "--fix-only", "--quiet", cwd=root) == (0, "", "")
    bold = run("check", "--fix-only", "--unsafe-fixes", "--show-fixes", cwd=root)
    assert (bold.code, bold.out) == (0, "")
    assert bold.err == "a.py:\n  fixed 1 x FLT201 hardcoded-secret\n"


def test_fix_only_may_still_fail_on_a_fix(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": BROKEN})
    asked = ("check", "--fix-only", "--exit-non-zero-on-fix")
    assert run(*asked, cwd=root).code == 1
    assert run(*asked, cwd=root).code == 0


def test_fixes_alone_can_make_the_exit_code(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED})
    asked = ("check", "--fix", "--exit-non-zero-on-fix")
    first = run(*asked, cwd=root)
    assert first.code == 1
    assert "nothing left" in first.out
    assert run(*asked, cwd=root).code == 0
    (root / "a.py").write_text(MISNAMED)
    assert run(*asked, "--exit-zero", cwd=root).code == 0


def test_a_write_that_fails_fails_fix_only_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {"a.py": MISNAMED})

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_staged", full)
    ran = run("check", "--fix-only", cwd=root)
    assert ran.code == 2
    assert ran.err.startswith("error: a.py cannot be written: no space left on device")


@pytest.mark.parametrize("more", ["--output-file=left.json", "--statistics"])
def test_fix_only_with_a_report_is_a_contradiction(tmp_path: Path, more: str) -> None:
    root = project(tmp_path, {"a.py": MISNAMED})
    ran = run("check", "--fix-only", more, cwd=root)
    assert ran.code == 2
    assert "--fix-only does not report what is left" in ran.err
    assert (root / "a.py").read_text() == MISNAMED


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_fix_only_prints_nothing_for_programs_either(tmp_path: Path, form: str) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": BROKEN})
    assert run("check", "--fix-only", "--output-format", form, cwd=root).out == ""
    assert (root / "a.py").read_text() == MENDED


def test_fix_only_of_stdin_gives_the_text_alone(tmp_path: Path) -> None:
    text = (MISNAMED + SECRET).encode()
    ran = run("check", "--fix-only", "-", cwd=project(tmp_path, {}), stdin=text)
    assert (ran.code, ran.out) == (0, MENDED + SECRET)
    assert ran.err == "fixed 1 x FLT904 unknown-suppression\n"


def test_unsafe_fixes_need_the_word(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": SECRET})
    assert "Fixable: 1 with `--fix --unsafe-fixes`." in run("check", "--fix", cwd=root).out
    assert (root / "app.py").read_text() == SECRET
    assert run("check", "--unsafe-fixes", cwd=root).code == 1
    assert (root / "app.py").read_text() == SECRET
    assert run("check", "--fix", "--unsafe-fixes", cwd=root).code == 0
    assert 'os.environ["JWT_SECRET"]' in (root / "app.py").read_text()


def test_only_the_given_paths_are_fixed(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": MISNAMED})
    run("check", "a.py", "--fix", cwd=root)
    assert (root / "a.py").read_text() == MENDED
    assert (root / "b.py").read_text() == MISNAMED


MAIN = """from fastapi import FastAPI

from service import load

app = FastAPI()


@app.get("/a")
async def read() -> str:
    return load()
"""
SERVICE = """import time


def load() -> str:
    time.sleep(1)
    return "a"
"""


def test_a_fix_may_change_another_file_if_that_is_checked_as_well(tmp_path: Path) -> None:
    root = project(tmp_path, {"main.py": MAIN, "service.py": SERVICE})
    fixing = ("--fix", "--unsafe-fixes", "--output-format", "json")
    alone = json.loads(run("check", "service.py", *fixing, cwd=root).out)
    assert [(each["code"], each["fix"]) for each in alone["findings"]] == [("FLT101", None)]
    assert (root / "main.py").read_text() == MAIN
    shown = json.loads(run("check", "--output-format", "json", cwd=root).out)["findings"][0]
    assert shown["filename"] == "service.py"
    assert {each["filename"] for each in shown["fix"]["edits"]} == {"main.py"}
    assert run("check", *fixing, cwd=root).code == 0
    assert (root / "main.py").read_text() == MAIN.replace("async def", "def")
    assert (root / "service.py").read_text() == SERVICE


def test_a_fix_of_another_file_is_worked_out_anew_when_that_changes(tmp_path: Path) -> None:
    root = project(tmp_path, {"main.py": MAIN, "service.py": SERVICE})
    run("check", cwd=root)
    (root / "main.py").write_text(f"# a comment\n{MAIN}")
    run("check", "--fix", "--unsafe-fixes", cwd=root)
    changed = MAIN.replace("async def", "def")
    assert (root / "main.py").read_text() == f"# a comment\n{changed}"


def test_rules_can_be_exempt_from_fixes(tmp_path: Path) -> None:
    settings = '[tool.fastlint]\nunfixable = ["FLT904"]\n'
    root = project(tmp_path, {"app.py": MISNAMED, "pyproject.toml": settings})
    assert run("check", "--fix", cwd=root).code == 1
    assert (root / "app.py").read_text() == MISNAMED


def test_encoding_newlines_and_mode_stay(tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf# gr\xc3\xbc\xc3\x9fe\r\nx = 1  # fastlint: ignore[no-such-rule]\r\n"
    root = project(tmp_path, {"app.py": before})
    (root / "app.py").chmod(0o755)
    assert run("check", "--fix", cwd=root).code == 0
    assert (root / "app.py").read_bytes() == b"\xef\xbb\xbf# gr\xc3\xbc\xc3\x9fe\r\nx = 1\r\n"
    assert (root / "app.py").stat().st_mode & 0o777 == 0o755


# ------------------------------------------------------------------------------------ diff


def test_a_diff_shows_what_fix_would_do_and_writes_nothing(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": MISNAMED, "b.py": MISNAMED})
    ran = run("check", "--diff", cwd=root)
    assert ran.code == 1
    assert ran.out == (
        "--- app/a.py\n+++ app/a.py\n@@ -1 +1 @@\n"
        "-x = 1  # fastlint: ignore[no-such-rule]\n+x = 1\n"
        "--- b.py\n+++ b.py\n@@ -1 +1 @@\n"
        "-x = 1  # fastlint: ignore[no-such-rule]\n+x = 1\n"
    )
    assert ran.err == "would fix 2 problems\n"
    assert (root / "b.py").read_text() == MISNAMED
    both = run("check", "--diff", "--fix", cwd=root)
    assert both == ran
    assert (root / "b.py").read_text() == MISNAMED


def test_no_diff_is_exit_0_whatever_else_is_found(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": SECRET, "b.py": BROKEN})
    ran = run("check", "--diff", cwd=root)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "would fix nothing; 1 with `--unsafe-fixes`\n"
    assert run("check", "--diff", "--unsafe-fixes", cwd=root).code == 1
    assert run("check", "--diff", "--unsafe-fixes", "--exit-zero", cwd=root).code == 0


@pytest.mark.parametrize("text", [MISNAMED, MISNAMED.rstrip(), f"y = 2\r\n{MISNAMED}z = 3\r\n"])
def test_git_takes_the_diff(tmp_path: Path, text: str) -> None:
    root = project(tmp_path, {"app.py": text})
    patch = spawn("check", "--diff", cwd=root).stdout
    applied = subprocess.run(
        ["git", "apply", "-p0", "--unsafe-paths", "-"],  # noqa: S607
        input=patch,
        cwd=root,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
        capture_output=True,
        check=False,
    )
    assert applied.returncode == 0, applied.stderr
    after = (root / "app.py").read_bytes()
    (root / "app.py").write_bytes(text.encode())
    run("check", "--fix", cwd=root)
    assert (root / "app.py").read_bytes() == after


def test_a_diff_can_go_to_a_file(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": MISNAMED})
    ran = run("check", "--diff", "-o", "fix.patch", cwd=root)
    assert ran.out == ""
    assert "+x = 1\n" in (root / "fix.patch").read_text()


# ----------------------------------------------------------------------------------- stdin


def test_stdin_comes_back_fixed_and_the_report_goes_to_stderr(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": "x = 0\n"})
    text = MISNAMED + SECRET
    ran = run("check", "--fix", "-", "--stdin-filename", "app.py", cwd=root, stdin=text.encode())
    assert ran.out == MENDED + SECRET
    assert "FLT201" in ran.err
    assert "Fixed 1 problem" in ran.err
    assert ran.code == 1
    assert (root / "app.py").read_text() == "x = 0\n"


@pytest.mark.parametrize("data", [b"\xef\xbb\xbfx = 1\r\n", b"\xff\xfe\x00", BROKEN.encode(), b""])
def test_stdin_comes_back_byte_for_byte(tmp_path: Path, data: bytes) -> None:
    ran = subprocess.run(
        [*_python(), "check", "--fix", "-"],
        cwd=tmp_path,
        input=data,
        capture_output=True,
        check=False,
    )
    assert ran.stdout == data


def test_stdin_keeps_its_encoding(tmp_path: Path) -> None:
    data = b"# coding: latin-1\n# \xe9\nx = 1  # fastlint: ignore[no-such-rule]\n"
    ran = subprocess.run(
        [*_python(), "check", "--fix", "-"],
        cwd=tmp_path,
        input=data,
        capture_output=True,
        check=False,
    )
    assert ran.stdout == b"# coding: latin-1\n# \xe9\nx = 1\n"


def _python() -> list[str]:
    from clicases import SOURCES, command

    script = (
        f"import sys; sys.path.insert(0, {str(SOURCES)!r}); from fastlint.cli import main; main()"
    )
    return [command()[0], "-c", script]


# ---------------------------------------------------------------------- what cannot be written


def test_one_file_that_cannot_be_written_is_said_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": MISNAMED, "c.py": MISNAMED})
    real = write._staged

    def full(target: str, data: bytes) -> str:
        if target.endswith("b.py"):
            raise OSError(28, "No space left on device")
        return real(target, data)

    monkeypatch.setattr(write, "_staged", full)
    ran = run("check", "--fix", "--output-format", "concise", cwd=root)
    assert ran.code == 2
    message = "error: b.py cannot be written: no space left on device; it is as it was\n"
    assert ran.err == f"{message}fixed 2 x FLT904 unknown-suppression\n"
    assert ran.out.startswith("b.py:1:")
    assert ran.out.count("FLT904") == 1
    assert [(root / name).read_text() for name in ("a.py", "b.py", "c.py")] == [
        MENDED,
        MISNAMED,
        MENDED,
    ]


def test_a_file_that_changes_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": MISNAMED})
    real = api.fix

    def meanwhile(*args: object, **more: object) -> api.Fixed:
        fixed: api.Fixed = real(*args, **more)  # type: ignore[arg-type]
        (root / "a.py").write_text("somebody = 'else'\n")
        return fixed

    monkeypatch.setattr(api, "fix", meanwhile)
    ran = run("check", "--fix", cwd=root)
    assert ran.code == 2
    assert "a.py cannot be written: it has changed since it was read" in ran.err
    assert (root / "a.py").read_text() == "somebody = 'else'\n"
    assert (root / "b.py").read_text() == MENDED


def test_a_file_that_changes_before_it_is_fixed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(tmp_path, {"a.py": MISNAMED, "b.py": MISNAMED})
    real = Engine.outcome

    def meanwhile(engine: Engine) -> Outcome:
        (root / "a.py").write_text("somebody = 'else'\n")
        return real(engine)

    monkeypatch.setattr(Engine, "outcome", meanwhile)
    ran = run("check", "--fix", "--no-cache", cwd=root)
    assert ran.code == 2
    assert "error: 1 file changed while being checked, run it again: a.py\n" in ran.err
    assert (root / "a.py").read_text() == "somebody = 'else'\n"
    assert (root / "b.py").read_text() == MENDED


def test_a_dropped_fix_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, {"app.py": MISNAMED})
    monkeypatch.setattr("fastlint.fixes.trial.parses", lambda _: False)
    monkeypatch.setattr("fastlint.fixes.trial.compiles", lambda _: False)
    ran = run("check", "--fix", cwd=root)
    assert (ran.code, ran.err) == (1, "not kept: 1 fix; `--verbose` says why\n")
    assert "not fixed: app.py:1: FLT904 unknown-suppression: app.py would not parse" in (
        run("check", "--fix", "--verbose", cwd=root).err
    )
    assert (root / "app.py").read_text() == MISNAMED


def test_options_of_fixing_alone_are_answered_with_a_note(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": SECRET})
    plain = run("check", cwd=root)
    told = run("check", "--unsafe-fixes", "--show-fixes", cwd=root)
    assert told.err == (
        "note: nothing is fixed by `--unsafe-fixes` and `--show-fixes` alone, "
        "add `--fix` or `--diff`\n"
    )
    assert (told.code, plain.err) == (plain.code, "")
    assert "note" not in run("check", "--unsafe-fixes", "--quiet", cwd=root).err
    assert "note" not in run("check", "--unsafe-fixes", "--diff", cwd=root).err


@pytest.mark.parametrize("kept", [True, False])
def test_what_an_excluded_file_takes_is_not_left_over(tmp_path: Path, *, kept: bool) -> None:
    text = """\
from typing import List

from fastapi import FastAPI

app = FastAPI()


@app.get("/", response_model=List[int])
def read() -> list[int]:
    return []
"""
    taker = "from main import List\n" if kept else "from main import app\n"
    files = {
        "main.py": text,
        "tests/test_main.py": taker,
        "fastlint.toml": 'extend-exclude = ["tests"]\n',
    }
    root = project(tmp_path, files)
    run("check", "--fix", "main.py", cwd=root)
    after = (root / "main.py").read_text()
    assert "response_model" not in after
    assert after.startswith("from typing import List\n") == kept
