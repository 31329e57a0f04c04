"""Which file configures a run, which folder is the root, and what applies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastlint.config import BlockingCall, Settings, load
from fastlint.findings import Severity


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder that nothing above it can configure."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_without_configuration_everything_has_its_default(repository: Path) -> None:
    loaded = load([], None, repository)

    assert loaded.settings == Settings()
    assert loaded.origin is None
    assert loaded.problems == ()
    assert loaded.root == repository


def test_every_kind_of_option_is_read(repository: Path) -> None:
    write(
        repository / "pyproject.toml",
        """
        [tool.fastlint]
        select = ["FLT1", "security"]
        fail-on = "error"
        respect-gitignore = false
        entrypoint = "app.main:app"
        blocking-calls = ["mylib.query", { call = "mylib.send", kind = "http", use = "asend" }]
        severity = { FLT101 = "off", hardcoded-secret = "warning" }
        [tool.fastlint.per-file-ignores]
        "tests/*" = ["FLT2"]
        [tool.fastlint.versions]
        fastapi = "0.115"
        """,
    )

    settings = load([], None, repository).settings

    assert settings.select == ("FLT1", "security")
    assert settings.fail_on is Severity.ERROR
    assert settings.respect_gitignore is False
    assert settings.entrypoint == ("app.main:app",)
    assert settings.blocking_calls == (
        BlockingCall("mylib.query"),
        BlockingCall("mylib.send", "http", "asend"),
    )
    assert settings.severity == {"FLT101": "off", "hardcoded-secret": "warning"}
    assert settings.per_file_ignores == {"tests/*": ("FLT2",)}
    assert (settings.versions.fastapi, settings.versions.httpx) == ("0.115", None)


def test_the_closest_file_wins_and_nothing_is_merged(repository: Path) -> None:
    write(repository / "fastlint.toml", 'select = ["FLT1"]\nignore = ["FLT101"]')
    inner = write(repository / "backend" / "fastlint.toml", 'select = ["FLT2"]')
    write(repository / "backend" / "app" / "main.py")

    loaded = load([Path("backend/app/main.py")], None, repository)

    assert loaded.origin == inner
    assert loaded.settings.select == ("FLT2",)
    assert loaded.settings.ignore == ()
    assert loaded.root == repository / "backend"


@pytest.mark.parametrize(
    ("names", "winner"),
    [
        ([".fastlint.toml", "fastlint.toml", "pyproject.toml"], ".fastlint.toml"),
        (["fastlint.toml", "pyproject.toml"], "fastlint.toml"),
    ],
)
def test_in_one_folder_our_own_file_wins(repository: Path, names: list[str], winner: str) -> None:
    for name in names:
        table = "[tool.fastlint]" if name == "pyproject.toml" else ""
        write(repository / name, f'{table}\nselect = ["{name}"]')

    assert load([], None, repository).settings.select == (winner,)


def test_a_pyproject_without_our_table_marks_the_root_and_no_more(repository: Path) -> None:
    outer = write(repository / "pyproject.toml", '[tool.fastlint]\nselect = ["FLT1"]')
    write(repository / "service" / "pyproject.toml", '[project]\ndependencies = ["fastlint"]')

    loaded = load([Path("service")], None, repository)

    assert loaded.root == repository / "service"
    assert loaded.origin == outer


def test_a_pyproject_that_is_no_toml_is_not_ours_to_refuse(repository: Path) -> None:
    write(repository / "pyproject.toml", "{{ cookiecutter.header }}\n")

    assert load([], None, repository).problems == ()


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    write(tmp_path / "fastlint.toml", 'select = ["FLT1"]')
    (tmp_path / "repository" / ".git").mkdir(parents=True)

    assert load([], None, tmp_path / "repository").origin is None


def test_the_root_is_sought_from_what_all_paths_share(repository: Path) -> None:
    write(repository / "a" / "pyproject.toml")
    write(repository / "b" / "pyproject.toml")

    assert load([Path("a/x.py"), Path("a/y/z.py")], None, repository).root == repository / "a"
    assert load([Path("a"), Path("b")], None, repository).root == repository


@pytest.mark.parametrize(
    "marker", [".fastlint.toml", "fastlint.toml", "pyproject.toml", "setup.py", "setup.cfg", ".git"]
)
def test_what_marks_a_root(repository: Path, marker: str) -> None:
    write(repository / "project" / marker)

    assert load([Path("project/app/main.py")], None, repository).root == repository / "project"


def test_without_any_marker_the_given_folder_is_the_root(tmp_path: Path) -> None:
    # Somewhere above the temporary folder there could be a marker: then this says nothing.
    if any((up / "pyproject.toml").exists() or (up / ".git").exists() for up in tmp_path.parents):
        pytest.skip("the temporary folder lies in a project")
    write(tmp_path / "app" / "main.py")

    assert load([Path("app")], None, tmp_path).root == tmp_path / "app"


def test_a_file_that_is_asked_for_is_used_wherever_it_is(repository: Path) -> None:
    write(repository / "fastlint.toml", 'select = ["FLT1"]')
    strict = write(repository / "ci" / "strict.toml", 'select = ["ALL"]')

    loaded = load([], Path("ci/strict.toml"), repository)

    assert loaded.settings.select == ("ALL",)
    assert (loaded.origin, loaded.root) == (strict, repository)


def test_a_file_that_is_asked_for_must_be_there_and_hold_settings(repository: Path) -> None:
    write(repository / "pyproject.toml", "[project]\nname = 'x'")

    (missing,) = load([], Path("nowhere.toml"), repository).problems
    (empty,) = load([], Path("pyproject.toml"), repository).problems

    assert "nowhere.toml" in str(missing)
    assert "No such file" in str(missing)
    assert "no table `[tool.fastlint]`" in str(empty)


def test_fastapis_own_entrypoint_is_used_unless_ours_is_given(repository: Path) -> None:
    theirs = '[tool.fastapi]\nentrypoint = "theirs:app"\n'
    file = write(repository / "pyproject.toml", theirs)
    loaded = load([], None, repository)
    assert loaded.settings.entrypoint == ("theirs:app",)
    assert [(each.option, each.file) for each in loaded.borrowed] == [("entrypoint", file)]

    write(file, theirs + '[tool.fastlint]\nentrypoint = "ours:app"')
    loaded = load([], None, repository)
    assert loaded.settings.entrypoint == ("ours:app",)
    assert loaded.borrowed == ()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 100", 100),
        ("pyproject.toml", "[tool.black]\nline-length = 79", 79),
        ("pyproject.toml", "[tool.black]\nline-length = 79\n[tool.ruff]\nline-length = 120", 120),
        ("ruff.toml", "line-length = 110", 110),
        ("pyproject.toml", "[tool.ruff]\nline-length = 100\n[tool.fastlint]\nline-length = 90", 90),
        ("pyproject.toml", "[tool.ruff]\nline-length = 'wide'", None),
        ("pyproject.toml", "[tool.ruff]\nselect = []", None),
        ("pyproject.toml", "tool = 'line-length'", None),
    ],
)
def test_lines_may_be_as_long_as_the_formatter_makes_them(
    repository: Path, name: str, text: str, expected: int | None
) -> None:
    write(repository / name, text)
    assert load([], None, repository).settings.line_length == expected


def test_patterns_of_a_file_above_the_root_are_made_relative_to_the_root(
    repository: Path,
) -> None:
    write(
        repository / "fastlint.toml",
        """
        extend-exclude = ["generated", "services/shop/legacy", "services/*/old/x", "tests/*",
            "services/shop"]
        [per-file-ignores]
        "services/shop/tests/*" = ["FLT1"]
        "services/**" = ["FLT2"]
        "services/blog/*" = ["FLT3"]
        "**/migrations/*" = ["FLT4"]
        "services/shop" = ["FLT5"]
        "!services/shop/tests/*" = ["FLT6"]
        "!docs/*" = ["FLT7"]
        """,
    )
    write(repository / "services" / "shop" / "pyproject.toml")

    settings = load([Path("services/shop")], None, repository).settings

    assert settings.extend_exclude == ("generated", "/legacy", "old/x")
    assert settings.per_file_ignores == {
        "tests/*": ("FLT1",),
        "/**": ("FLT2",),
        "**/migrations/*": ("FLT4",),
        "**": ("FLT5", "FLT7"),
        "!tests/*": ("FLT6",),
    }


def test_windows_newlines_and_a_byte_order_mark_are_no_mistake(repository: Path) -> None:
    data = b'\xef\xbb\xbfselect = ["FLT1"]\r\nignore = ["FLT101"]\r\n'
    (repository / "fastlint.toml").write_bytes(data)

    loaded = load([], None, repository)

    assert loaded.problems == ()
    assert loaded.settings.ignore == ("FLT101",)


def test_a_file_that_cannot_be_read_is_one_clear_problem(repository: Path) -> None:
    (repository / "fastlint.toml").mkdir()

    (problem,) = load([], Path("fastlint.toml"), repository).problems

    assert str(problem) == "error: cannot read the file: Is a directory\n --> fastlint.toml"


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` in ``folder`` as a program of its own that finds what this one finds."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        cwd=folder,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


LOAD = "from pathlib import Path; from fastlint.config import load; load([], None, Path.cwd())"


def test_the_interpreter_survives_the_types_of_the_settings(repository: Path) -> None:
    """Some unions make msgspec corrupt memory; it shows when the interpreter ends."""
    write(repository / "fastlint.toml", "selct = 1")

    assert run(LOAD, repository, PYTHONMALLOC="debug").returncode == 0


def test_a_good_file_imports_nothing_that_only_explains_mistakes(repository: Path) -> None:
    write(repository / "fastlint.toml", 'select = ["FLT1"]')
    show = "print(*{'difflib', 'fastlint.config.check', 'libcst', 'rich'} & set(sys.modules))"

    assert run(f"{LOAD}; {show}", repository).stdout.split() == []
