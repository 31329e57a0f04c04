"""The command line on top of the file, and what `fastlint config` shows of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastlint.config import OutputFormat, Settings, load, override
from fastlint.config.describe import describe, options
from fastlint.config.settings import DEFAULT_EXCLUDE
from fastlint.findings import Severity


def test_what_is_not_given_on_the_command_line_stays() -> None:
    settings = Settings(select=("FLT1",), fail_on=Severity.ERROR)

    assert override(settings, fixable=[], fail_on=None) == settings


def test_a_given_option_replaces_the_files() -> None:
    settings = override(
        Settings(force_exclude=True),
        force_exclude=False,
        output_format=OutputFormat.JSON,
        fixable=["FLT1"],
    )

    assert settings.force_exclude is False
    assert settings.output_format is OutputFormat.JSON
    assert settings.fixable == ("FLT1",)


def test_an_option_that_does_not_exist_cannot_be_given() -> None:
    with pytest.raises(TypeError, match="nonsense"):
        override(Settings(), nonsense=True)


def test_each_option_is_shown_with_its_value_and_where_it_was_said(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.fastapi]\nentrypoint = "app:app"\n'
        '[tool.fastlint]\nfail-on = "error"\n'
        '[tool.fastlint.versions]\nfastapi = "0.115"\n',
        encoding="utf-8",
    )

    shown = {key: (value, origin) for key, value, origin in describe(load([], None, tmp_path))}

    assert shown["fail-on"] == ("error", "pyproject.toml:4")
    assert shown["versions"] == ({"fastapi": "0.115"}, "pyproject.toml:5")
    assert shown["entrypoint"] == (("app:app",), "pyproject.toml [tool.fastapi]")
    assert shown["min-severity"] == ("info", "default")


def test_the_origin_of_a_file_above_the_root_leads_there(tmp_path: Path) -> None:
    (tmp_path / "fastlint.toml").write_text("force-exclude = true", encoding="utf-8")
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "pyproject.toml").touch()

    shown = {key: origin for key, _, origin in describe(load([Path("service")], None, tmp_path))}

    assert shown["force-exclude"] == "../fastlint.toml:1"


def test_every_option_says_what_it_means() -> None:
    known = options()
    described = describe(load([], None, Path("/")))

    assert [option.key for option in known] == [row.key for row in described]
    assert [option.key for option in known if not option.meaning.endswith(".")] == []
    assert all("\n" not in option.meaning for option in known)


def test_no_name_is_excluded_twice() -> None:
    assert len(DEFAULT_EXCLUDE) == len(set(DEFAULT_EXCLUDE))
