"""The other commands, and what stands around all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clicases import BROKEN, command, environment, project, run, spawn

from fastlint import __version__
from fastlint.catalogue import catalogue
from fastlint.report import FORMATS

COMMANDS = ("check", "explain", "rules", "config", "clean")


# --------------------------------------------------------------------------------- explain


@pytest.mark.parametrize("word", ["FLT901", "flt901", "syntax-error", "Syntax_Error"])
def test_a_page_is_printed_as_markdown_where_it_is_piped(tmp_path: Path, word: str) -> None:
    ran = run("explain", word, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# FLT901 syntax-error\n\n")
    assert "\n## Why\n" in ran.out
    assert "\n```python\n" in ran.out


def test_a_page_is_rendered_in_colours(tmp_path: Path) -> None:
    out = run("explain", "FLT901", "--color", "always", cwd=tmp_path, env={"COLUMNS": "60"}).out
    assert "\x1b[" in out
    assert "```" not in out
    assert "## Why" not in out


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("syntax-eror", "did you mean `syntax-error`?"),
        ("zzz", "`fastlint rules` lists the rules"),
        ("FLT90", "FLT901, FLT902"),
        ("fastlint", "FLT901, FLT902"),
    ],
)
def test_a_rule_that_is_none_is_told(tmp_path: Path, word: str, advice: str) -> None:
    ran = run("explain", word, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{word}`" in ran.err
    assert advice in ran.err


# ----------------------------------------------------------------------------------- rules


def test_every_rule_is_listed(tmp_path: Path) -> None:
    out = run("rules", cwd=tmp_path).out
    for rule in catalogue().rules:
        assert f"  {rule.code}  {rule.name} " in out
    assert "Read" not in out


def test_rules_as_json(tmp_path: Path) -> None:
    listed = json.loads(run("rules", "--output-format", "json", cwd=tmp_path).out)
    assert listed["schema"] == "fastlint-rules/1"
    assert [each["code"] for each in listed["rules"]] == [r.code for r in catalogue().rules]
    (found,) = (each for each in listed["rules"] if each["code"] == "FLT904")
    assert found["name"] == "unknown-suppression"
    assert (found["severity"], found["default"], found["fix"]) == ("warning", True, "safe")


# ---------------------------------------------------------------------------------- config


def test_config_says_what_applies_and_who_says_so(tmp_path: Path) -> None:
    settings = '[tool.fastlint]\nfail-on = "error"\nignore = ["FLT903"]\n'
    root = project(tmp_path, {"app/a.py": "", "b.py": "", "pyproject.toml": settings})
    ran = run("config", "app", cwd=root)
    assert (ran.code, ran.err) == (0, "")
    assert f"root:     {root}\n" in ran.out
    assert f"settings: {root / 'pyproject.toml'}\n" in ran.out
    assert "files:    2 Python files are read\n" in ran.out
    assert '\nfail-on = "error"  # pyproject.toml:2\n' in ran.out
    assert '\nignore = ["FLT903"]  # pyproject.toml:3\n' in ran.out
    assert '\nmin-severity = "info"  # default\n' in ran.out


def test_config_explains_the_options_and_lists_the_rules(tmp_path: Path) -> None:
    root = project(tmp_path, {"fastlint.toml": 'ignore = ["FLT903"]\nseverity.FLT904 = "error"\n'})
    out = run("config", "-v", cwd=root).out
    assert "# Rules not to run, although they are selected.\nignore = " in out
    assert "\n  FLT904  error    unknown-suppression\n" in out
    assert "FLT903  " not in out


def test_config_says_what_is_ignored_in_a_file(tmp_path: Path) -> None:
    settings = '[tool.fastlint.per-file-ignores]\n"tests" = ["FLT904"]\n'
    root = project(tmp_path, {"tests/a.py": "", "build/b.py": "", "pyproject.toml": settings})
    assert "ignored:  FLT904\n" in run("config", "tests/a.py", cwd=root).out
    assert "excluded: " in run("config", "build/b.py", cwd=root).out
    assert "excluded: " not in run("config", "tests/a.py", cwd=root).out


def test_config_says_which_versions_it_goes_by_and_who_says_so(tmp_path: Path) -> None:
    lock = '[[package]]\nname = "fastapi"\nversion = "0.115.5"\n'
    texts = {"a/x.py": "", "b/y.py": "", "uv.lock": lock, "b/requirements.txt": "pydantic<2\n"}
    settings = "[tool.fastlint.versions]\nhttpx = '0.27.2'\n"
    root = project(tmp_path, texts | {"pyproject.toml": settings, "Pipfile.lock": "{\x1b"})
    ran = run("config", cwd=root)
    assert ran.code == 0
    assert "\nversions:\n  fastapi           0.115.5      # uv.lock:3\n" in ran.out
    assert (
        "\n  starlette         >=0.40,<0.42 # required by fastapi 0.115.5 (uv.lock:3)\n" in ran.out
    )
    assert "\n  sqlalchemy        2.1.9        # the newest known\n" in ran.out
    assert "\n  httpx             0.27.2       # the settings\n" in ran.out
    assert "passlib" not in ran.out
    assert "\nversions in b:\n  pydantic          >=1.7.4,<2.0 # b/requirements.txt:1\n" in ran.out
    assert "\n  not read: Pipfile.lock: invalid JSON: " in ran.out
    assert "\x1b" not in ran.out


def test_config_tells_every_mistake_and_still_what_applies(tmp_path: Path) -> None:
    root = project(tmp_path, {"fastlint.toml": 'select = ["nope"]\nfail-on = "x"\nzzz = 1\n'})
    ran = run("config", "gone", cwd=root)
    assert ran.code == 2
    assert 'fail-on = "warning"' in ran.out
    for mistake in ("`fail-on` must be", "unknown option `zzz`", "no rule `nope`", "folder gone"):
        assert mistake in ran.err


def test_a_value_is_shown_as_it_is_written(tmp_path: Path) -> None:
    settings = 'exclude = ["a\\"\\u001b[31m"]\nseverity = { "FLT904" = "off" }\n'
    out = run("config", cwd=project(tmp_path, {"fastlint.toml": settings})).out
    assert 'exclude = ["a\\"\\u001b[31m"]' in out
    assert 'severity = { "FLT904" = "off" }' in out
    assert "\x1b" not in out


# ----------------------------------------------------------------------------------- clean


def test_clean_removes_the_cache_and_nothing_else(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": ""})
    run("check", cwd=root)
    ran = run("clean", cwd=root)
    assert (ran.code, ran.err) == (0, f"removed {root / '.fastlint_cache'}\n")
    assert sorted(each.name for each in root.iterdir()) == ["app.py", "pyproject.toml"]
    again = run("clean", cwd=root)
    assert (again.code, again.err) == (0, f"there is no cache in {root / '.fastlint_cache'}\n")


@pytest.mark.parametrize("folder", [".", "app", "..", "../outside"])
def test_a_folder_that_is_no_cache_is_left_alone(tmp_path: Path, folder: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.tmp").touch()
    files = {"fastlint.toml": f'cache-dir = "{folder}"', ".gitignore": "", "app/.gitignore": ""}
    (tmp_path / "in").mkdir()
    root = project(tmp_path / "in", {**files, "b.tmp": "", "app/b.tmp": "", "app/a.py": BROKEN})
    before = sorted(tmp_path.rglob("*"))
    assert run("check", cwd=root).code == 1
    ran = run("clean", cwd=root)
    assert ran.code == 0
    assert "there is no cache" in ran.err
    assert sorted(tmp_path.rglob("*")) == before


# ----------------------------------------------------------------------------- around them all


def test_python_runs_the_package_as_well(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": BROKEN})
    ran = spawn("check", "--output-format", "concise", cwd=root)
    assert ran.returncode == 1
    assert ran.stdout.startswith(b"app.py:1:12: error[FLT901]")
    assert ran.stderr == b""
    usage = spawn("check", "--help", cwd=root).stdout.decode()
    assert "Usage: fastlint check [OPTIONS] [PATHS]..." in usage


def test_the_version(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path) == (0, f"fastlint {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_for_pipes_and_for_people(tmp_path: Path, name: str) -> None:
    piped = run(name, "--help", cwd=tmp_path)
    assert piped.code == 0
    assert f"Usage: fastlint {name}" in piped.out
    assert "\x1b" not in piped.out
    person = run(name, "-h", cwd=tmp_path, env={"FORCE_COLOR": "1", "COLUMNS": "80"})
    assert person.code == 0
    assert f"fastlint {name}" in person.out


def test_the_help_of_check_teaches(tmp_path: Path) -> None:
    out = " ".join(run("check", "--help", cwd=tmp_path).out.split())
    assert "The whole project around PATHS is read" in out
    assert "fastlint check --diff show what --fix would do" in out
    assert "2 a wrong option or configuration" in out
    for name in FORMATS:
        assert name in out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["check", "--selct", "x"], "--select"),
        (["check", "--output-format", "jsno"], "json"),
        (["explain"], "CODE|NAME"),
    ],
)
def test_a_mistyped_command_is_told(tmp_path: Path, args: list[str], told: str) -> None:
    ran = run(*args, cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_nothing_heavy_is_imported_for_an_unchanged_project(tmp_path: Path) -> None:
    root = project(tmp_path, {"app.py": "x = 1\n"})
    script = (
        "import sys, fastlint.cache\nfrom fastlint.cli import main\n"
        "fastlint.cache._RACY_NS = 0  # what has just been written is kept as well\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    heavy = {"rich", "libcst", "tomli", "pydantic", "fastlint.engine.judging", "fastlint.catalogue"}

    def imported() -> set[str]:
        ran = subprocess.run(
            [sys.executable, "-c", script, "check"],
            cwd=root,
            env=environment(),
            capture_output=True,
            check=True,
        )
        return set(ran.stderr.decode().split())

    assert "fastlint.engine.judging" in imported()
    assert imported() & heavy == set()


def test_the_console_script_is_this_command() -> None:
    import tomli

    pyproject = Path(__file__).resolve().parent.parent / "pyproject.toml"
    scripts = tomli.loads(pyproject.read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"fastlint": "fastlint.cli:main"}
    assert command()[1:] == ["-m", "fastlint"]
