"""What `fastlint check` prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from clicases import BROKEN, MISNAMED, SECRET, command, environment, project, run, spawn

from fastlint.report import FORMATS

MACHINE = [name for name in FORMATS if name not in ("full", "concise", "grouped")]


# ------------------------------------------------------------------------------ exit codes


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("x = 1\n", [], 0),
        (BROKEN, [], 1),
        (MISNAMED, [], 1),
        (MISNAMED, ["--fail-on", "error"], 0),
        (MISNAMED, ["--min-severity", "error"], 0),
        (MISNAMED, ["--fail-on", "info"], 1),
        (MISNAMED, ["--ignore", "FLT904"], 0),
        (MISNAMED, ["--ignore", "no-such,thing,FLT904"], 2),
        (MISNAMED, ["--select", "security"], 0),
        (MISNAMED, ["--select", "security", "--extend-select", "FLT904,FLT903"], 1),
        (MISNAMED, ["--select", "security", "--select", "unknown-suppression"], 1),
        (BROKEN, ["--exit-zero"], 0),
        (MISNAMED, ["--fix"], 0),
        (MISNAMED, ["--fix", "--exit-non-zero-on-fix"], 1),
        (MISNAMED, ["--fix", "--exit-non-zero-on-fix", "--exit-zero"], 0),
        ("x = 1\n", ["--fix", "--exit-non-zero-on-fix"], 0),
        ("x = 1\n", ["--fail-on", "fatal"], 2),
        ("x = 1\n", ["--no-such-option"], 2),
    ],
)
def test_the_exit_code_says_how_it_went(
    tmp_path: Path, text: str, options: list[str], code: int
) -> None:
    ran = run("check", *options, cwd=project(tmp_path, {"app.py": text}))
    assert ran.code == code, ran


def test_a_profile_brings_rules_that_are_off_by_default(tmp_path: Path) -> None:
    text = "from pydantic import BaseModel, Field\n\nclass A(BaseModel):\n    a: int = Field(...)\n"
    root = project(tmp_path, {"app.py": text})

    def says(*options: str) -> bool:
        return "FLT320" in run("check", *options, "--output-format", "concise", cwd=root).out

    assert not says()
    assert says("--profile", "strict")
    (root / "fastlint.toml").write_text('profile = "strict"\n', encoding="utf-8")
    assert says()
    assert not says("--profile", "default")
    assert not says("--select", "security")
    (root / "fastlint.toml").write_text('profile = "stric"\n', encoding="utf-8")
    ran = run("check", cwd=root)
    assert ran.code == 2
    assert "did you mean `strict`?" in ran.err


def test_findings_go_to_stdout_and_nothing_else_does(tmp_path: Path) -> None:
    ran = run("check", "--output-format", "concise", cwd=project(tmp_path, {"app.py": BROKEN}))
    assert ran.out.startswith("app.py:1:12: error[FLT901] ")
    assert ran.err == ""


@pytest.mark.parametrize("name", MACHINE)
def test_formats_for_programs_are_alone_on_stdout(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, {"app.py": MISNAMED + SECRET})
    ran = run(
        "check", "--fix", "--verbose", "--output-format", name, cwd=root, env={"COLUMNS": "9"}
    )
    assert "fixed 1 x FLT904" in ran.err
    assert "FLT201" in ran.out
    assert "fixed 1 x" not in ran.out
    if name in {"json", "sarif", "gitlab"}:
        json.loads(ran.out)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_a_finding_and_its_absence(tmp_path: Path, name: str) -> None:
    root = project(tmp_path, {"unsound.py": BROKEN, "fine.py": ""})
    assert "unsound.py" in run("check", "--output-format", name, cwd=root).out
    assert "unsound.py" not in run("check", "fine.py", "--output-format", name, cwd=root).out


def test_a_summary_says_how_much_was_read(tmp_path: Path) -> None:
    ran = run("check", cwd=project(tmp_path, {"a.py": "", "b.py": ""}))
    assert "No problems found." in ran.out
    assert "Read 2 files" in ran.out
    assert run("check", "--quiet", cwd=tmp_path).out == ""


def test_statistics_count_instead_of_showing(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": BROKEN, "b.py": BROKEN})
    ran = run("check", "--statistics", cwd=root)
    assert ran.out.startswith("2  FLT901")
    assert "a.py" not in ran.out
    refused = run("check", "--statistics", "--output-format", "sarif", cwd=root)
    assert (refused.code, refused.out) == (2, "")
    assert "--statistics" in refused.err


def test_verbose_says_what_applies(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.py": "", "fastlint.toml": ""})
    first, second = (run("check", "-v", cwd=root).err for _ in range(2))
    assert f"root: {root}" in first
    assert f"settings: {root / 'fastlint.toml'}" in first
    assert "checked anew; reporting on 1 file\n" in first
    assert second != first or "anew" in second  # a fresh tree may be too young to be cached


# -------------------------------------------------------------------- what is asked, and of what


def test_paths_say_what_is_reported_and_the_project_is_read(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/a.py": BROKEN, "app/b.py": BROKEN, "other/c.py": BROKEN})
    ran = run("check", "app/a.py", "other", "--output-format", "concise", cwd=root)
    assert [line.split(":")[0] for line in ran.out.splitlines() if "FLT901" in line] == [
        "app/a.py",
        "other/c.py",
    ]
    below = run("check", "--output-format", "concise", cwd=root / "app").out
    assert below.startswith("a.py:1:")
    assert "other" not in below


def test_a_folder_without_python_is_said(tmp_path: Path) -> None:
    root = project(tmp_path, {"docs/index.md": "", "app.py": BROKEN})
    ran = run("check", "docs", cwd=root)
    assert ran.code == 0
    assert "warning: there are no Python files in docs" in ran.err
    assert "warning" not in run("check", "docs", "-q", cwd=root).err


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    settings = '[tool.fastlint]\nignore = ["syntax-eror"]\nselekt = ["ALL"]\nfail-on = "never"\n'
    root = project(tmp_path, {"app.py": "", "pyproject.toml": settings})
    ran = run("check", "nowhere", "app.py", "--select", "FLT9,FLT999", cwd=root)
    assert ran.code == 2
    assert ran.out == ""
    assert "unknown option `selekt`" in ran.err
    assert "did you mean `select`?" in ran.err
    assert "`fail-on` must be" in ran.err
    assert "there is no file or folder nowhere" in ran.err
    assert "there is no rule `FLT999` (in `--select`)" in ran.err
    assert "there is no rule `syntax-eror` (in `ignore`)\n --> pyproject.toml:2:11" in ran.err
    assert "did you mean `syntax-error`?" in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_path_is_no_finding(tmp_path: Path) -> None:
    ran = run("check", "app.py", "gone.py", cwd=project(tmp_path, {"app.py": BROKEN}))
    assert (ran.code, ran.out) == (2, "")
    assert "there is no file or folder gone.py" in ran.err


def test_a_configuration_file_can_be_given(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": MISNAMED, "ci.toml": 'fail-on = "error"'})
    assert run("check", cwd=root).code == 1
    assert run("check", "--config", "ci.toml", cwd=root).code == 0
    missing = run("check", "--config", "no.toml", cwd=root)
    assert missing.code == 2
    assert "no.toml" in missing.err


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    settings = '[tool.fastlint]\noutput-format = "json"\nignore = ["FLT901"]\n'
    root = project(tmp_path, {"app.py": MISNAMED, "pyproject.toml": settings})
    assert json.loads(run("check", cwd=root).out)["findings"]
    assert run("check", "--output-format", "concise", cwd=root).out.startswith("app.py:1:")


def test_force_exclude_holds_for_named_files(tmp_path: Path) -> None:
    root = project(tmp_path, {"build/app.py": BROKEN})
    assert run("check", "build/app.py", cwd=root).code == 1
    assert run("check", "build/app.py", "--force-exclude", cwd=root).code == 0
    read = ("check", "-", "--stdin-filename", "build/app.py")
    assert run(*read, cwd=root, stdin=BROKEN.encode()).code == 1
    assert run(*read, "--force-exclude", cwd=root, stdin=BROKEN.encode()).code == 0


def test_no_cache_leaves_no_trace(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": ""})
    run("check", "--no-cache", cwd=root)
    assert not (root / ".fastlint_cache").exists()
    run("check", cwd=root)
    assert (root / ".fastlint_cache").exists()


def test_several_processes_find_the_same(tmp_path: Path) -> None:
    long = f"# {'.' * 1000}\n" * 600
    root = project(tmp_path, {f"m{n}.py": long + MISNAMED for n in range(6)})
    alone, many = (
        run("check", "--no-cache", "-j", jobs, "--output-format", "concise", cwd=root)
        for jobs in ("1", "3")
    )
    assert alone == many
    assert alone.out.count("FLT904") == 6


# ----------------------------------------------------------------------------------- stdin


def test_stdin_stands_for_a_file_of_the_project(tmp_path: Path) -> None:
    root = project(tmp_path, {"app/main.py": "x = 1\n"})
    ran = run("check", "-", "--stdin-filename", "app/main.py", cwd=root, stdin=BROKEN.encode())
    assert ran.code == 1
    assert "app/main.py:1:12" in ran.out
    assert "Read 0 files" in ran.out
    assert run("check", cwd=root).code == 0


def test_stdin_needs_no_name(tmp_path: Path) -> None:
    ran = run("check", "-", "--output-format", "concise", cwd=tmp_path, stdin=BROKEN.encode())
    assert ran.out.startswith("-:1:12: error[FLT901]")


def test_stdin_stands_alone(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": ""})
    for args in (["-", "app.py"], ["app.py", "--stdin-filename", "x.py"]):
        ran = run("check", *args, cwd=root)
        assert ran.code == 2
        assert "stdin" in ran.err


# --------------------------------------------------------------------------------- output


def test_a_report_can_go_to_a_file(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": BROKEN})
    args = ("check", "--output-format", "json", "--output-file", "report.json")
    (root / "report.json").write_text("old")
    (root / "report.json").chmod(0o640)
    ran = run(*args, cwd=root)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "wrote 1 finding to report.json\n"
    assert json.loads((root / "report.json").read_text())["findings"]
    assert (root / "report.json").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(root)) == [
        ".fastlint_cache",
        "app.py",
        "pyproject.toml",
        "report.json",
    ]


@pytest.mark.parametrize("target", ["no/such/folder.json", "folder"])
def test_a_report_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, target: str
) -> None:
    root = project(tmp_path, {"app.py": BROKEN, "folder/x.py": ""})
    ran = run("check", "--output-file", target, cwd=root)
    assert (ran.code, ran.out) == (2, "")
    assert f"cannot write to {target}" in ran.err
    assert not (root / ".fastlint_cache").exists()


def test_a_full_disk_is_said_and_the_old_report_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    root = project(tmp_path, {"app.py": BROKEN, "report.txt": "old"})
    monkeypatch.setattr(os, "fsync", full)
    ran = run("check", "--no-cache", "--output-file", "report.txt", cwd=root)
    assert ran.code == 2
    assert "cannot write to report.txt: no space left on device" in ran.err
    assert (root / "report.txt").read_text() == "old"
    assert sorted(os.listdir(root)) == ["app.py", "pyproject.toml", "report.txt"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_full_stdout_is_said(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": BROKEN})
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(
            command("check"),
            cwd=root,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == b"error: the output cannot be written: no space left on device\n"


def test_whoever_closes_the_pipe_has_read_enough(tmp_path: Path) -> None:
    root = project(tmp_path, {f"m{n}.py": BROKEN for n in range(500)})
    shell = subprocess.Popen(
        command("check"),
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert shell.stdout is not None
    assert shell.stderr is not None
    assert b"FLT901" in shell.stdout.readline()
    shell.stdout.close()
    assert shell.stderr.read() == b""
    shell.stderr.close()
    assert shell.wait() == 1


def test_what_stdout_cannot_express_is_escaped(tmp_path: Path) -> None:
    root = project(tmp_path, {"größe.py": BROKEN})
    ran = spawn("check", cwd=root, PYTHONIOENCODING="ascii")
    assert ran.returncode == 1
    assert b"gr\\xf6\\xdfe.py:1:12" in ran.stdout


@pytest.mark.parametrize(
    ("options", "env", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"CLICOLOR_FORCE": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_obey(
    tmp_path: Path, options: list[str], env: dict[str, str], *, coloured: bool
) -> None:
    root = project(tmp_path, {"app.py": BROKEN})
    out = run("check", *options, cwd=root, env=env).out
    assert ("\x1b[" in out) is coloured
    assert "\x1b]8;" not in out  # links are for terminals alone
    machine = run("check", *options, "--output-format", "json", cwd=root, env=env).out
    assert "\x1b" not in machine


def test_a_file_is_coloured_for_who_insists_only(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": BROKEN})
    run("check", "-o", "a.txt", cwd=root, env={"FORCE_COLOR": "1"})
    run("check", "-o", "b.txt", "--color", "always", cwd=root)
    assert "\x1b" not in (root / "a.txt").read_text()
    assert "\x1b" in (root / "b.txt").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_person_sees_colours_and_the_time(tmp_path: Path) -> None:
    import pty

    root = project(tmp_path, {"app.py": BROKEN})
    ours, theirs = pty.openpty()
    done = subprocess.run(
        command("check"),
        cwd=root,
        env=environment(TERM="xterm", COLUMNS="60"),
        stdout=theirs,
        stderr=theirs,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 1
    assert "\x1b[1;31m" in shown
    assert re.search(r"Read 0 files in \d+\.\d+ s", shown)


# -------------------------------------------------------------------------- when all goes wrong


def test_a_rule_that_throws_is_a_finding_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("what a \x1b[31mmess")

    monkeypatch.setattr("fastlint.model.project.subjects", broken)
    root = project(tmp_path, {"app.py": MISNAMED})
    ran = run("check", "--exit-zero", "--output-format", "concise", cwd=root)
    assert ran.code == 2
    assert "FLT905" in ran.out
    assert "FLT904" in ran.out
    assert "failed on" in ran.err
    assert "\x1b" not in ran.out + ran.err


def test_a_defect_of_fastlint_is_said_with_what_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("what a mess")

    monkeypatch.setattr("fastlint.engine.disk.discover", broken)
    ran = run("check", cwd=project(tmp_path, {"app.py": ""}))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: fastlint failed: RuntimeError: what a mess\n")
    assert "please report it" in ran.err
    assert "Traceback" in ran.err


def test_an_interruption_is_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fastlint.engine.judging.Engine.outcome", interrupted)
    ran = run("check", cwd=project(tmp_path, {"app.py": ""}))
    assert ran == (130, "", "")


def test_a_working_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = (
        f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n"
        "from fastlint.cli import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "check"], env=environment(), capture_output=True, check=False
    )
    assert ran.returncode == 2
    assert b"the working folder cannot be used" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_file_that_comes_on_stdin_without_its_name_counts_once(tmp_path: Path) -> None:
    text = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home(): ...\n"
    root = project(tmp_path, {"main.py": text, "other.py": ""})
    said = run("check", "-", cwd=root, stdin=text.encode()).out
    assert "Read 2 files: 1 app, 0 routers, 1 route." in said
    changed = run("check", "-", cwd=root, stdin=f"{text}\n# new\n".encode()).out
    assert "Read 3 files: 2 apps" in changed
