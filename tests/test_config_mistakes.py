"""What is said about a wrong configuration: all of it, with the place and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastlint.config import Settings, load
from fastlint.config.check import did_you_mean, mistakes
from fastlint.config.locate import complaint, locate


def problems(folder: Path, text: str, name: str = "fastlint.toml") -> list[str]:
    (folder / name).write_text(text, encoding="utf-8")
    return [str(problem) for problem in load([], Path(name), folder).problems]


def test_a_mistake_is_shown_with_its_line_a_caret_and_what_is_meant(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.fastlint]\nselct = ["FLT1"]\n'

    (said,) = problems(tmp_path, text, "pyproject.toml")

    assert said == (
        "error: unknown option `selct`\n"
        " --> pyproject.toml:5:1\n"
        "  |\n"
        '5 | selct = ["FLT1"]\n'
        "  | ^^^^^\n"
        "  = help: did you mean `select`?"
    )


def test_all_mistakes_are_reported_at_once_and_the_rest_applies(tmp_path: Path) -> None:
    (tmp_path / "fastlint.toml").write_text(
        'selct = []\nselect = ["FLT1"]\nfail-on = "eror"\nforce-exclude = "true"\n'
        'ignore = ["FLT1", 2, 3]\n[severity]\nFLT101 = "fatal"\n',
        encoding="utf-8",
    )

    loaded = load([], None, tmp_path)

    assert [problem.line for problem in loaded.problems] == [1, 3, 4, 5, 5, 7]
    assert loaded.settings == Settings(select=("FLT1",))


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("extend_select = []", "unknown option `extend_select`", "did you mean `extend-select`?"),
        ("zzz = 1", "unknown option `zzz`", "`fastlint config` lists all options"),
        ("[tool.fastlint]", "unknown option `tool`", "here options stand at the top level"),
        ('select = "FLT1"', "`select` must be a list of strings", 'write a list: ["FLT1"]'),
        ("select = [1]", "each item of `select` must be a string that is not empty", ""),
        ('exclude = [""]', 'a string that is not empty, not ""', ""),
        ('fail-on = "Eror"', "must be `error`, `warning` or `info`", "did you mean `error`?"),
        ('fail-on = "off"', 'must be `error`, `warning` or `info`, not "off"', ""),
        ('force-exclude = "true"', "must be true or false", "write true without quotes"),
        ("severity = []", "`severity` must be a table, not a list", ""),
        ('severity = { FLT101 = "warn" }', "`severity.FLT101` must be", "did you mean `warning`?"),
        ('per-file-ignores = { "a" = "FLT1" }', "must be a list", 'write a list: ["FLT1"]'),
        ("versions = { fastapi = 0.115 }", "must be a version", 'write it in quotes: "0.115"'),
        ('versions = { fastapi = ">=1" }', 'such as `0.115.2`, not ">=1"', ""),
        ('versions = { fast_api = "5" }', "unknown key `fast_api` in `versions`", "`fastapi`"),
        ('entrypoint = "app"', "`entrypoint` must be a module and a variable", ""),
        ('admin-paths = ["a/b"]', "one path segment, or a glob that starts with a slash", ""),
        ('blocking-calls = ["a b"]', "must be a dotted name such as `time.sleep`", ""),
        ('blocking-calls = [{ use = "x" }]', "needs the key `call`", ""),
        ('[blocking-kinds]\nqueue = "off"', "unknown key `queue`", "known are `sleep`, `wait`,"),
        ('[versions]\ndjango = "5"', "unknown key `django`", "known are `fastapi`, `starlette`,"),
        ('blocking-calls = [{ cal = "x" }]', "unknown key `cal`", "did you mean `call`?"),
        ("cache-dir = 1979-05-27", "must be a string that is not empty, not a date", ""),
    ],
)
def test_a_message_says_what_is_wrong_and_what_to_write(
    tmp_path: Path, text: str, message: str, advice: str
) -> None:
    said = "\n".join(problems(tmp_path, text))

    assert message in said
    assert advice in said


def test_an_unknown_key_within_an_option_is_marked_itself(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, 'versions = { django = "5" }')

    assert '1 | versions = { django = "5" }\n  |              ^^^^^^\n' in said


def test_windows_newlines_do_not_show(tmp_path: Path) -> None:
    (tmp_path / "fastlint.toml").write_bytes(b"selct = 1\r\nignore = []\r\n")

    (problem,) = load([], None, tmp_path).problems

    assert "1 | selct = 1\n  | ^^^^^\n" in str(problem)


def test_invalid_toml_is_shown_where_it_is_wrong(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, 'select = ["FLT1"]\nignore = = 1\n')

    assert "invalid TOML" in said
    assert "--> fastlint.toml:2:10" in said
    assert "2 | ignore = = 1\n  |          ^" in said


@pytest.mark.parametrize(
    "data",
    [
        b"select = [",
        b"a = " + b"[" * 100_000,
        b"a = " + b"9" * 10_000,
        b"\xff\xfe\x00",
        b"a = '\x00'",
        b"select",
    ],
)
def test_whatever_the_file_holds_there_is_one_problem_and_no_crash(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "fastlint.toml").write_bytes(data)

    loaded = load([], None, tmp_path)

    assert len(loaded.problems) == 1
    assert loaded.settings == Settings()


def test_a_number_too_long_to_print_is_a_mistake_like_any_other(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, f"cache-dir = 0x{'f' * 5000}")

    assert "`cache-dir` must be a string that is not empty, not a number" in said


def test_a_table_that_is_no_table(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, "[tool]\nfastlint = 1\n", "pyproject.toml")

    assert "`tool.fastlint` must be a table" in said
    assert "--> pyproject.toml:2:12" in said


def test_nothing_in_a_file_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    said = problems(tmp_path, '"\\u001b[31m" = 1\nfail-on = "\\u001b]0;owned\\u0007"\n')
    said += problems(tmp_path, "a = \x1b[2J")

    assert len(said) == 3
    assert all(char.isprintable() or char == "\n" for text in said for char in text)


def test_did_you_mean_lists_a_few_and_is_silent_about_many() -> None:
    assert did_you_mean("fastapy", ["fastapi", "httpx"]) == "did you mean `fastapi`?"
    assert did_you_mean("django", ["fastapi", "httpx"]) == "known are `fastapi` and `httpx`"
    assert did_you_mean("django", [f"option-{number}" for number in range(20)]) == ""


def test_others_can_point_at_a_value_that_they_find_wrong(tmp_path: Path) -> None:
    (tmp_path / "fastlint.toml").write_text(
        'select = ["FLT1", "FLTX"]\n'
        'severity = { FLT999 = "off" }\n'
        "[per-file-ignores]\n"
        '"tests/*" = [\n    "FLT2",\n    "nope",\n]\n',
        encoding="utf-8",
    )
    loaded = load([], None, tmp_path)

    assert locate(loaded, "select", "FLTX") == (1, 19)
    assert locate(loaded, "severity", "FLT999") == (2, 14)
    assert locate(loaded, "per-file-ignores", "nope") == (6, 5)
    assert locate(loaded, "per-file-ignores") == (3, 2)
    assert locate(loaded, "select", "from the command line") is None
    assert locate(loaded, "ignore", "FLT1") is None
    assert str(complaint(loaded, "select", "FLTX", "unknown rule `FLTX`", "try `FLT1`")) == (
        "error: unknown rule `FLTX`\n"
        " --> fastlint.toml:1:19\n"
        "  |\n"
        '1 | select = ["FLT1", "FLTX"]\n'
        "  |                   ^^^^^^\n"
        "  = help: try `FLT1`"
    )


_WORDS = st.sampled_from(["", "a", "error", "off", "full", "1.0", "a:b", "/x", "a b", "time.sleep"])
_VALUES = st.recursive(
    _WORDS | st.booleans() | st.integers() | st.floats() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_WORDS | st.sampled_from(["call", "use", "fastapi"]), inner, max_size=3)
    ),
    max_leaves=5,
)
_KEYS = st.sampled_from([field.encode_name for field in msgspec.structs.fields(Settings)] + ["z"])


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_mistakes_are_found_exactly_where_msgspec_refuses(table: dict[str, Any]) -> None:
    try:
        msgspec.convert(table, Settings)
        refused = False
    except msgspec.ValidationError:
        refused = True

    found = mistakes(table)

    assert bool(found) == refused
    wrong = {mistake.path[0] for mistake in found}
    msgspec.convert({key: value for key, value in table.items() if key not in wrong}, Settings)
