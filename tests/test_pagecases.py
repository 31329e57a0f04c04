"""The page tests can fail: what each kind of disagreement between page and fastlint looks like."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import msgspec
import pagecases
import pytest
from pagecases import Document, Trial

from fastlint.findings import Finding, Fix, Severity, Span
from fastlint.pages.body import Case, parse_cases, parse_page
from fastlint.pages.head import FixKind, PageError

PAGE = """\
# FLT101 blocking-call-in-async

```toml
category = "async"
severity = "error"
default = true
fix = "unsafe"
since = "0.1"
guide = "DON'T 2"
fastapi = ">=0.100"
```

A call that keeps the event loop waiting.

## Why

It waits.

## Bad

```python
import time

async def read() -> None:
    time.sleep(1)  # error: FLT101 "blocks the event loop"
```

### two files

```toml
ignore = ["FLT301"]
```

`app/work.py`:

```python
import time
```

`app/main.py`:

```python
# raises: FastAPIError
from app import work
work.run()  # error: FLT101 "blocks"  # info: FLT304
```

## Good

```python
# no-import: nothing to import
print("fine")
```

```python
# python: 3.14
print("fine, too")
```

## Fixed

```python
import asyncio

async def read() -> None:
    await asyncio.sleep(1)
```

## Known limits

None.
"""
NAME = "rules/FLT101-blocking-call-in-async.md"


def page_line(text: str, page: str = PAGE) -> int:
    """The first line of the page on which a text stands, counted by the test itself."""
    return next(n for n, line in enumerate(page.split("\n"), 1) if text in line)


def finding(
    line: int,
    message: str = "this blocks the event loop",
    code: str = "FLT101",
    path: str = "main.py",
    severity: Severity = Severity.ERROR,
    fix: Fix | None = None,
) -> Finding:
    """A finding as the engine would make it."""
    span = Span(path, line, 5, line, 9)
    return Finding(code, "x", "async", severity, message, "", span, (), (), fix, "")


@pytest.fixture
def cases() -> dict[str, Case]:
    return {case.label: case for case in parse_page(NAME, PAGE).cases}


def trial(case: Case, fix: FixKind = "unsafe") -> Trial:
    """A case in a document of the whole page."""
    page = parse_page(NAME, PAGE)
    return Trial(Document(NAME, NAME, "FLT101", fix, page.cases), case)


def test_cases_and_what_they_say(cases: dict[str, Case]) -> None:
    assert list(cases) == ["Bad", "Bad / two files", "Good", "Good / 2", "Fixed"]
    assert list(cases["Bad / two files"].files) == ["app/work.py", "app/main.py"]
    assert cases["Bad / two files"].settings == 'ignore = ["FLT301"]\n'
    assert cases["Bad / two files"].raises == "FastAPIError"
    assert cases["Good"].no_import == "nothing to import"
    assert cases["Good / 2"].python == (3, 14)


def test_marks_and_directives_are_not_linted(cases: dict[str, Case]) -> None:
    assert cases["Bad"].files["main.py"].endswith("    time.sleep(1)\n")
    assert cases["Bad / two files"].files["app/main.py"] == "from app import work\nwork.run()\n"
    assert cases["Good"].files["main.py"] == 'print("fine")\n'


def test_what_the_page_says_is_met(cases: dict[str, Case]) -> None:
    assert pagecases.unmet(NAME, cases["Bad"], [finding(4)]) == []
    two = [
        finding(2, path="app/main.py"),
        finding(2, "default", "FLT304", "app/main.py", Severity.INFO),
    ]
    assert pagecases.unmet(NAME, cases["Bad / two files"], two) == []


def test_a_missed_alarm_names_the_line_of_the_page(cases: dict[str, Case]) -> None:
    line = page_line("time.sleep(1)")
    assert pagecases.unmet(NAME, cases["Bad"], []) == [
        f'{NAME}:{line}: expected error FLT101 "blocks the event loop", got nothing'
    ]


@pytest.mark.parametrize(
    ("said", "got"),
    [
        (finding(4, "sleeps"), 'error FLT101 "sleeps"'),
        (
            finding(4, severity=Severity.INFO),
            'info FLT101 "this blocks the event loop"',
        ),
    ],
)
def test_another_message_or_severity(cases: dict[str, Case], said: Finding, got: str) -> None:
    line = page_line("time.sleep(1)")
    assert pagecases.unmet(NAME, cases["Bad"], [said]) == [
        f'{NAME}:{line}: expected error FLT101 "blocks the event loop", got {got}'
    ]


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        (finding(1, "no", "FLT304"), page_line("import time")),
        (finding(4), page_line("time.sleep(1)")),  # twice on the line, marked once
    ],
)
def test_a_false_alarm_names_the_line_of_the_page(
    cases: dict[str, Case], extra: Finding, line: int
) -> None:
    complaints = pagecases.unmet(NAME, cases["Bad"], [finding(4), extra])
    assert complaints == [f'{NAME}:{line}: unexpected error {extra.code} "{extra.message}"']


def test_a_finding_in_another_file_is_not_the_marked_one(cases: dict[str, Case]) -> None:
    complaints = pagecases.unmet(NAME, cases["Bad"], [finding(4, path="other.py")])
    assert [complaint.split(": ")[1].split()[0] for complaint in complaints] == [
        "unexpected",
        "expected",
    ]
    assert "in other.py" in complaints[0]


def test_a_finding_on_good_code(cases: dict[str, Case]) -> None:
    line = page_line('print("fine")')
    assert pagecases.unmet(NAME, cases["Good"], [finding(1, "no")]) == [
        f'{NAME}:{line}: unexpected error FLT101 "no"'
    ]


def test_a_fix_that_the_page_denies(cases: dict[str, Case]) -> None:
    said = [finding(4, fix=Fix("await it", (), safe=False))]
    assert pagecases.broken_promises(trial(cases["Bad"], "unsafe"), said) == []
    assert pagecases.broken_promises(trial(cases["Bad"], "sometimes"), said) == []
    for kind in ("none", "safe"):
        (complaint,) = pagecases.broken_promises(trial(cases["Bad"], kind), said)
        assert complaint.startswith(f'{NAME}: says fix = "{kind}", but error FLT101')


def test_a_fixed_text_must_be_exact(cases: dict[str, Case]) -> None:
    right = cases["Fixed"].files
    assert pagecases.differences(trial(cases["Fixed"]), right) == []
    wrong = {"main.py": right["main.py"].replace("asyncio.sleep(1)", "asyncio.sleep(1) ")}
    (complaint,) = pagecases.differences(trial(cases["Fixed"]), wrong)
    line = page_line("import asyncio")
    assert complaint.startswith(f"{NAME}:{line}: main.py is fixed otherwise\n--- as the page shows")
    assert "+    await asyncio.sleep(1) \n" in complaint


def test_case_settings_and_own_rule(cases: dict[str, Case]) -> None:
    settings = pagecases.settings_of(trial(cases["Bad / two files"]))
    assert settings.ignore == ("FLT301",)
    assert settings.extend_select == ("FLT101",)


def test_code_that_python_refuses_names_the_line_of_the_page(cases: dict[str, Case]) -> None:
    (snippet,) = cases["Bad"].snippets
    assert pagecases.refusal(NAME, snippet) is None
    broken = msgspec.structs.replace(snippet, text="import time\ndef f(:\n")
    refusal = pagecases.refusal(NAME, broken)
    assert refusal is not None
    assert refusal.startswith(f"{NAME}:{page_line('import time') + 1}: ")


def test_only_what_is_installed_is_imported(cases: dict[str, Case]) -> None:
    case = cases["Bad"]

    def with_code(text: str) -> Trial:
        snippet = msgspec.structs.replace(case.snippets[0], text=text)
        return trial(msgspec.structs.replace(case, snippets=(snippet,)))

    assert pagecases.runnable(with_code("import time, fastapi.testclient\nimport main\n"))
    assert pagecases.runnable(with_code("def f():\n    import requests\n"))
    assert not pagecases.runnable(with_code("try:\n    import requests\nexcept OSError: ...\n"))
    assert not pagecases.runnable(trial(cases["Good"]))


def test_examples_are_imported_and_forgotten(tmp_path: Path) -> None:
    import sys

    files = {
        "src/shop/__init__.py": "",
        "src/shop/names.py": "APP = 'shop'\n",
        "src/shop/main.py": "from shop.names import APP\nfrom . import names\nassert APP\n",
        "pyproject.toml": "",
    }
    path = list(sys.path)
    assert pagecases.import_case(files, tmp_path) is None
    assert not any(name.startswith("shop") for name in sys.modules)
    assert sys.path == path


def test_what_examples_may_import_is_installed() -> None:
    assert [name for name in pagecases.INSTALLED if find_spec(name) is None] == []


def test_two_examples_may_have_the_same_table(tmp_path: Path) -> None:
    text = (
        "from sqlmodel import Field, SQLModel\n"
        "class Hero(SQLModel, table=True):\n"
        "    id: int = Field(primary_key=True)\n"
    )
    for folder in ("one", "two"):
        assert pagecases.import_case({"models.py": text}, tmp_path / folder) is None


def test_an_example_that_does_not_import(cases: dict[str, Case], tmp_path: Path) -> None:
    error = pagecases.import_case({"main.py": "from fastapi import Nothing\n"}, tmp_path)
    assert isinstance(error, ImportError)
    (complaint,) = pagecases.surprise(NAME, cases["Bad"], error)
    line = page_line("import time")
    assert complaint.startswith(f"{NAME}:{line}: cannot be imported: ImportError: ")
    (complaint,) = pagecases.surprise(NAME, cases["Bad / two files"], None)
    assert "expected FastAPIError on import, got nothing" in complaint
    (complaint,) = pagecases.surprise(NAME, cases["Bad / two files"], error)
    assert "expected FastAPIError on import, got ImportError" in complaint


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("# FLT101 b", "# FLT102 b", "# FLT102 b", "the first line is `# FLT101 blocking"),
        ("```toml\ncat", "```yaml\ncat", "", "a ```toml block follows the title"),
        ('severity = "error"', 'severity = "fatal"', "severity", "fatal"),
        ("default = true", "default = yes", "default", "not TOML"),
        ('since = "0.1"', 'since = "0.1"\nsinse = "0.1"', "sinse", "sinse"),
        ('since = "0.1"', 'since = "soon"', "since", "since is a version"),
        ('since = "0.1"', 'since = "0.1"\nchanges = ["openapi"]', "changes", "with safe fixes"),
        (
            'fix = "unsafe"',
            'fix = "safe"\nchanges = ["routes", "openapi"]',
            "changes",
            "changes are sorted",
        ),
        ('since = "0.1"', 'since = "0.1"\nchanges = ["taste"]', "changes", "taste"),
        ('category = "async"', 'category = "security"', "category", 'is "async", not "security"'),
        ('fastapi = ">=0.100"', 'fastapi = "0.100"', "fastapi =", "is a range of versions"),
        ('guide = "DON\'T 2"', 'by = "engine"', "by =", "for FLT9xx only"),
        ("event loop waiting.", "event loop waiting", "", "one summary sentence"),
        ('since = "0.1"', 'profile = "strict"\nsince = "0.1"', "profile", "in every profile"),
        ("## Why\n\nIt waits.\n", "", "category", "the section `## Why` is missing"),
        ("It waits.", "", "## Why", "`## Why` is empty"),
        ("## Why", "## Because", "## Because", "no section is called `Because`"),
        ('fix = "unsafe"', 'fix = "none"', "category", '`## Fixed` contradicts fix = "none"'),
        ("## Good", "## Known limits\n\nNone.\n\n## Good", "## Why", "in this order: Why, Bad"),
        ('# error: FLT101 "blocks the', "# error FLT101 blocks the", "sleep(1)", "a mark is"),
        ("    time.sleep(1)  #", "    #", 'FLT101 "blocks the', "a mark stands at the end"),
        ('print("fine")', 'print("fine")  # error: FLT101', 'print("fine")', "no place under"),
        ('FLT101 "blocks"', 'FLT102 "blocks"', "### two files", "has no mark `# error: FLT101"),
        ("## Fixed\n", "## Fixed\n\n### one\n", "### one", "no Bad case of the same heading"),
        ("`app/work.py`:", "`../work.py`:", "../work.py", "not a path inside"),
        ("`app/work.py`:", "", "", "name every file of the case, or none"),
        ("`app/work.py`:", "`app/main.py`:", "", "named twice"),
        ("`app/work.py`:\n", "`app/work.py`:\n\nwords\n", "`app/work.py`:", "no block follows"),
        ("# no-import: nothing to import", "# no-import:", "# no-import", "says nothing after"),
        ("# python: 3.14", "# python: new", "# python", "`# python: 3.14`"),
        ("# no-import: n", "# raises: n", "", "must not be refused"),
        ("## Known limits", "### x\n\n### x\n\n## Known limits", "", "stands twice"),
    ],
)
def test_a_malformed_page_is_told_by_line(old: str, new: str, at: str, message: str) -> None:
    assert old in PAGE
    broken = PAGE.replace(old, new, 1)
    with pytest.raises(PageError) as caught:
        parse_page(NAME, broken)
    told = [problem for problem in caught.value.problems if message in problem.message]
    assert told, str(caught.value)
    if at:
        assert told[0].line == page_line(at, broken), str(caught.value)


def test_a_mark_may_do_without_a_text() -> None:
    page = parse_page(NAME, PAGE.replace('FLT101 "blocks the event loop"', "FLT101"))
    assert pagecases.unmet(NAME, page.cases[0], [finding(4, "anything")]) == []


def test_every_problem_of_a_page_is_told_at_once() -> None:
    broken = PAGE.replace("## Why", "## Because").replace('since = "0.1"', 'since = "soon"')
    with pytest.raises(PageError) as caught:
        parse_page(NAME, broken)
    assert len(caught.value.problems) == 3
    assert str(caught.value).startswith(f"{NAME}:")


def test_edge_cases_need_no_metadata() -> None:
    text = "# FLT101 blocking-call-in-async\n\nOdd ones.\n\n" + PAGE[PAGE.index("## Good") :]
    with pytest.raises(PageError, match="`Fixed` has no Bad case of the same heading"):
        parse_cases("tests/fixtures/cases/FLT101-odd.md", text)
    code, cases = parse_cases("x.md", text.partition("## Fixed")[0])
    assert code == "FLT101"
    assert [case.label for case in cases] == ["Good", "Good / 2"]
    with pytest.raises(PageError, match=r"^x.md:1: the first line is `# FLT101 name-of-the-rule`"):
        parse_cases("x.md", text.replace("# FLT101 b", "# B"))
