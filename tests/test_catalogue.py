"""The catalogue joins pages with modules and knows which rules a project wants."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from fastlint.catalogue import Catalogue, CatalogueError, Rule, catalogue, load
from fastlint.config.settings import Profile, Settings
from fastlint.config.settings import Versions as Given
from fastlint.findings import Problem, Severity
from fastlint.pages.body import parse_page
from fastlint.pages.head import Head, Meta, PageError
from fastlint.pages.text import render_page
from fastlint.rule import Check, Run
from fastlint.selection import choose, matcher
from fastlint.versions.project import Versions
from fastlint.versions.ranges import parse
from fastlint.versions.version import Version


def rule(
    code: str,
    name: str,
    category: str,
    severity: str = "warning",
    *,
    default: bool = True,
    profile: Literal["strict"] | None = None,
) -> Rule:
    """A rule that is only metadata."""
    meta = Meta(
        category=category,
        severity=Severity(severity),
        default=default,
        profile=profile,
        fix="none",
        since="0.1",
    )
    return Rule(Head(f"{code}-{name}.md", code, name, meta, "A summary.", 4), "nowhere")


RULES = Catalogue(
    (
        rule("FLT101", "blocking-call", "async", "error"),
        rule("FLT102", "slow-call", "async", default=False),
        rule("FLT111", "lost-task", "async"),
        rule("FLT201", "hardcoded-secret", "security", "error"),
        rule("FLT903", "unused-suppression", "fastlint", "info"),
    )
)
DEFAULT = {"FLT101", "FLT111", "FLT201", "FLT903"}
ALL = DEFAULT | {"FLT102"}


def chosen(settings: Settings | None = None, **command_line: list[str]) -> set[str]:
    """The codes of the rules that run."""
    selection = choose(RULES, settings or Settings(), **command_line)
    assert selection.unknown == ()
    return set(selection.severities)


def test_without_settings_the_default_rules_run() -> None:
    assert chosen() == DEFAULT


@pytest.mark.parametrize(
    ("select", "codes"),
    [
        ("ALL", ALL),
        ("FLT", ALL),
        ("FLT1", {"FLT101", "FLT102", "FLT111"}),
        ("FLT10", {"FLT101", "FLT102"}),
        ("FLT102", {"FLT102"}),
        ("slow-call", {"FLT102"}),
        ("async", {"FLT101", "FLT102", "FLT111"}),
    ],
)
def test_what_a_selector_selects(select: str, codes: set[str]) -> None:
    assert chosen(Settings(select=(select,))) == codes
    assert chosen(Settings(extend_select=(select,))) == DEFAULT | codes
    assert chosen(Settings(ignore=(select,))) == DEFAULT - codes
    assert chosen(Settings(select=("hardcoded-secret",)), select=[select]) == codes


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        (("async",), ("FLT101",), {"FLT102", "FLT111"}),
        (("FLT101",), ("async",), {"FLT101"}),  # the more specific selector wins
        (("FLT10",), ("FLT1",), {"FLT101", "FLT102"}),
        (("FLT1",), ("FLT10",), {"FLT111"}),
        (("FLT101",), ("blocking-call",), set()),  # equally specific: ignored
        (("async",), ("FLT1",), set()),
        (("FLT201",), ("ALL",), {"FLT201"}),
        (("ALL",), ("ALL",), set()),
    ],
)
def test_the_more_specific_selector_wins(
    select: tuple[str, ...], ignore: tuple[str, ...], codes: set[str]
) -> None:
    assert chosen(Settings(select=select, ignore=ignore)) == codes
    assert chosen(select=list(select), ignore=list(ignore)) == codes


def test_a_profile_is_what_runs_where_nothing_is_selected() -> None:
    opted = (rule("FLT107", "taste", "async", default=False, profile="strict"),)
    rules = Catalogue((*RULES.rules, *opted))

    def running(settings: Settings, **command_line: list[str]) -> set[str]:
        return set(choose(rules, settings, **command_line).severities)

    assert running(Settings()) == DEFAULT
    strict = Settings(profile=Profile.STRICT)
    assert running(strict) == DEFAULT | {"FLT107"}
    assert running(strict, extend_select=["FLT102"]) == ALL | {"FLT107"}
    assert running(strict, ignore=["FLT1"]) == {"FLT201", "FLT903"}
    assert running(Settings(profile=Profile.STRICT, select=("FLT201",))) == {"FLT201"}
    assert running(strict, select=["FLT2"]) == {"FLT201"}


def test_extend_select_is_weighed_against_ignore_too() -> None:
    assert chosen(Settings(extend_select=("FLT102",), ignore=("FLT1",))) == {
        "FLT102",
        "FLT201",
        "FLT903",
    }
    assert chosen(Settings(extend_select=("FLT1",), ignore=("FLT102",))) == DEFAULT


def test_the_command_line_comes_after_the_settings() -> None:
    settings = Settings(select=("FLT1",), ignore=("FLT101",))
    assert chosen(settings) == {"FLT102", "FLT111"}
    assert chosen(settings, select=["FLT101"]) == {"FLT101"}
    assert chosen(settings, extend_select=["FLT101"]) == {"FLT101", "FLT102", "FLT111"}
    assert chosen(settings, extend_select=["FLT2"]) == {"FLT102", "FLT111", "FLT201"}
    assert chosen(settings, ignore=["slow-call"]) == {"FLT111"}


def test_a_rule_that_is_off_does_not_run() -> None:
    off = Settings(severity={"blocking-call": "off"})
    assert chosen(off) == DEFAULT - {"FLT101"}
    assert chosen(Settings(select=("FLT101",), severity={"FLT101": "off"})) == set()
    assert chosen(off, select=["FLT101"]) == {"FLT101"}
    assert chosen(Settings(severity={"async": "off", "FLT101": "info"})) == DEFAULT - {"FLT111"}


def test_the_projects_severity_is_the_last_word() -> None:
    selection = choose(RULES, Settings(severity={"lost-task": "error", "FLT9": "warning"}))
    assert selection.severity("FLT111") is Severity.ERROR
    assert selection.severity("FLT111", said=Severity.INFO) is Severity.ERROR
    assert selection.severity("FLT903") is Severity.WARNING
    assert selection.severity("FLT101") is Severity.ERROR
    assert selection.severity("FLT101", said=Severity.INFO) is Severity.INFO


def test_the_more_specific_severity_wins() -> None:
    for table in (
        {"FLT101": "info", "async": "warning"},
        {"async": "warning", "blocking-call": "info"},
    ):
        settings = msgspec.convert({"severity": table}, Settings)
        selection = choose(RULES, settings)
        assert selection.severity("FLT101") is Severity.INFO
        assert selection.severity("FLT111") is Severity.WARNING


def test_which_findings_may_be_fixed() -> None:
    assert choose(RULES, Settings()).fixable == ALL
    settings = Settings(fixable=("FLT1", "FLT201"), unfixable=("FLT101",))
    assert choose(RULES, settings).fixable == {"FLT102", "FLT111", "FLT201"}


def test_ignores_by_file() -> None:
    settings = Settings(
        per_file_ignores={"tests/**": ("security",), "conftest.py": ("FLT101", "lost-task")}
    )
    selection = choose(RULES, settings)
    assert selection.ignored("app/main.py") == set()
    assert selection.ignored("tests/test_app.py") == {"FLT201"}
    assert selection.ignored("tests/unit/conftest.py") == {"FLT101", "FLT111", "FLT201"}


@pytest.mark.parametrize(
    ("pattern", "matched", "left"),
    [
        ("conftest.py", ["conftest.py", "a/b/conftest.py"], ["xconftest.py", "conftest_py"]),
        ("tests", ["tests/a.py", "x/tests/b/a.py"], ["mytests/a.py", "tests.py"]),
        ("tests/", ["tests/a.py", "x/tests/a.py"], ["tests"]),
        ("/tests", ["tests/a.py"], ["x/tests/a.py"]),
        ("tests/*.py", ["tests/a.py"], ["tests/b/a.py", "x/tests/a.py"]),
        ("tests/**/*.py", ["tests/a.py", "tests/b/c/a.py"], ["x/tests/a.py"]),
        ("**/tests/*", ["tests/a.py", "x/y/tests/a.py"], ["tests"]),
        ("app/**", ["app/a.py", "app/b/a.py"], ["app", "b/app/a.py"]),
        ("test_?.py", ["test_a.py", "x/test_b.py"], ["test_ab.py"]),
        ("test_[ab].py", ["test_a.py"], ["test_c.py"]),
        ("test_[!ab].py", ["test_c.py"], ["test_a.py", "test_/.py"]),
        ("a[z-a].py", ["a[z-a].py"], ["az.py"]),
        ("a.b+(c).py", ["a.b+(c).py"], ["aXb+(c).py"]),
        ("!src/**", ["tests/a.py"], ["src/a.py"]),
        ("odd\nname.py", ["x/odd\nname.py"], ["odd"]),
    ],
)
def test_patterns_of_paths(pattern: str, matched: list[str], left: list[str]) -> None:
    matches = matcher(pattern)
    assert [path for path in (*matched, *left) if matches(path)] == matched


def said(settings: Settings, **command_line: list[str]) -> list[str]:
    """What is said about selectors that mean nothing."""
    return [str(unknown) for unknown in choose(RULES, settings, **command_line).unknown]


def test_unknown_selectors_are_told_with_what_was_meant() -> None:
    settings = Settings(
        select=("flt101",),
        ignore=("harcoded-secret",),
        severity={"Async": "off"},
        per_file_ignores={"x.py": ("FLT8", "blocking_call")},
    )
    assert said(settings, extend_select=["xyz"]) == [
        "unknown rule `Async` in `severity`; did you mean `async`?",
        "unknown rule `FLT8` in `per-file-ignores`",
        "unknown rule `blocking_call` in `per-file-ignores`; did you mean `blocking-call`?",
        "unknown rule `flt101` in `select`; did you mean `FLT101`?",
        "unknown rule `harcoded-secret` in `ignore`; did you mean `hardcoded-secret`?",
        "unknown rule `xyz` in `--extend-select`",
    ]


def test_a_rule_is_found_by_code_and_by_name() -> None:
    assert RULES.find("FLT201") is RULES.find("hardcoded-secret") is RULES.rules[3]
    assert RULES.find("FLT2") is None


@pytest.mark.parametrize(
    ("gate", "inside", "outside"),
    [
        (">=0.115", ["==0.115", "==0.115.0", "==0.115.2", "==0.116.1rc1", "==1", "", "<1"], []),
        (">=0.115", ["<0.115.1", "<=0.115"], ["==0.114.9", "==0.9", "<0.115"]),
        ("<1", ["==0.9", "==0.115.3", "<1"], ["==1.0", "==1", "==2.1", "", "<=1"]),
        (">=0.115,<0.137", ["==0.115", "==0.136.9"], ["==0.114", "==0.137.0", ""]),
        (">2", ["==2.0.1", "", "<3"], ["==2", "==2.0.0", "<2"]),
        ("<=2.1", ["==2.1.0", "==2", "<2.1"], ["==2.1.1", "<2.2"]),
        ("==2.1", ["==2.1.0"], ["==2.1.1", "==2", "", "<2.1"]),
    ],
)
def test_version_gates(gate: str, inside: list[str], outside: list[str]) -> None:
    several = {text: Version("x", parse(text), ()) for text in (*inside, *outside)}
    assert [text for text, version in several.items() if version.fits(gate)] == inside


PAGE = """\
# FLT101 some-rule

```toml
category = "async"
severity = "error"
default = false
fix = "unsafe"
since = "0.1"
guide = "DON'T 2"
fastapi = ">=0.115"
```

What it
finds.

## Why

Since `it` waits.

## Bad

```python
wait()  # error: FLT101
```

## Good

```python
pass
```

## Fixed

```python
pass
```

## Known limits

### None that we know

Really.
"""
MODULE = """
from fastlint.rule import check

@check(str)
def run(subject, project): yield

def fix(problem, syntax): ...
"""


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rule:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "FLT101-some-rule.md").write_text(PAGE, encoding="utf-8")
    package = tmp_path / tmp_path.name
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "flt101_some_rule.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return load(str(pages), tmp_path.name).rules[0]


def test_a_rule_is_its_page_and_its_module(loaded: Rule) -> None:
    assert (loaded.code, loaded.name, loaded.category) == ("FLT101", "some-rule", "async")
    assert (loaded.severity, loaded.default, loaded.fix) == (Severity.ERROR, False, "unsafe")
    assert (loaded.since, loaded.summary) == ("0.1", "What it finds.")
    assert loaded.url == ""
    assert loaded.subject is str
    assert loaded.needs_project
    assert loaded.mend is not None
    assert loaded.applies(Versions(Given(fastapi="0.115.3", pydantic="1.0")).at(""))
    assert loaded.applies(Versions().at(""))
    assert not loaded.applies(Versions(Given(fastapi="0.114")).at(""))


class _Noun:
    pass


def _alone(noun: _Noun) -> Iterator[Problem]: ...


def _beside(noun: _Noun, project: object) -> Iterator[Problem]: ...


def _whole(project: object) -> Iterator[Problem]: ...


def test_a_run_needs_the_project_as_its_subject_or_beside_it() -> None:
    def told(run: Run) -> tuple[bool, bool]:
        found = Check(_Noun, inspect.signature(run).parameters)
        return found.needs_project, found.takes_both

    assert told(_alone) == (False, False)
    assert told(_beside) == (True, True)
    assert told(_whole) == (True, False)


def test_metadata_and_help_do_not_import_the_module(loaded: Rule) -> None:
    assert loaded.severity
    assert loaded.help_text
    assert loaded.module not in sys.modules
    assert callable(loaded.run)
    assert loaded.module in sys.modules


def test_metadata_does_not_need_a_sound_body(tmp_path: Path) -> None:
    page = tmp_path / "FLT101-some-rule.md"
    page.write_text(PAGE.replace("## Why", "## Because"), encoding="utf-8")
    (broken,) = load(str(tmp_path)).rules
    assert broken.summary == "What it finds."
    with pytest.raises(PageError, match=r"FLT101-some-rule.md:16: no section is called `Because`"):
        broken.page.section("Why")


def test_a_page_as_markdown(loaded: Rule) -> None:
    text = render_page(loaded.page)
    assert text.startswith(
        "# FLT101 some-rule\n\n"
        "async · error · off unless it is selected · fixed by `--fix --unsafe-fixes` · since 0.1"
        " · for fastapi >=0.115 · guide: DON'T 2\n\n"
        "What it finds.\n\n"
        "## Why\n\nSince `it` waits.\n\n"
        "## Bad\n\n```python\nwait()  # error: FLT101\n```\n\n"
    )
    assert text.endswith("## Known limits\n\n### None that we know\n\nReally.\n")
    assert "toml" not in text


def test_a_page_says_what_its_safe_fixes_change(loaded: Rule) -> None:
    assert loaded.changes == ()
    told = 'fix = "safe"\nchanges = ["models", "openapi"]'
    page = parse_page(loaded.head.path, PAGE.replace('fix = "unsafe"', told))
    assert page.head.meta.changes == ("models", "openapi")
    assert "fixed by `--fix` · a safe fix changes models, openapi · since" in render_page(page)


def test_a_page_as_help(loaded: Rule) -> None:
    assert loaded.help_markdown.startswith("What it finds.\n\n## Why\n\nSince `it` waits.")
    assert loaded.help_text.startswith(
        "What it finds.\n\nWhy\n===\n\nSince it waits.\n\nBad\n===\n\n    wait()  # error: FLT101\n"
    )
    assert "\nNone that we know\n-----------------\n" in loaded.help_text
    assert "```" not in loaded.help_text


def test_an_installation_without_pages_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="installed without its rules"):
        load(str(tmp_path / "nothing"))


def test_the_engines_own_rules_have_no_module() -> None:
    own = catalogue().find("syntax-error")
    assert own is not None
    assert own.by_engine
    assert own.mend is None
    with pytest.raises(CatalogueError, match="engine's own"):
        own.member("run")


def test_a_check_reads_no_body_and_imports_no_rule() -> None:
    """Metadata is all that start-up pays for."""
    code = """
import sys
from fastlint.catalogue import catalogue
from fastlint.config.settings import Profile, Settings
from fastlint.rule import Check, Run
from fastlint.selection import choose
choose(catalogue(), Settings()).ignored("x.py")
late = {"fastlint.pages.body", "fastlint.pages.text", "libcst", "rich", "difflib", "pkgutil"}
print(sorted(name for name in sys.modules if name in late or name.startswith("fastlint.rules.")))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"
