"""Functions that are moved above others."""

from __future__ import annotations

import pytest

from fastlint.findings import Span
from fastlint.fixes import edits
from fastlint.fixes.apply import apply_edits
from fastlint.fixes.syntax import Syntax
from fastlint.source.decode import decode
from fastlint.source.file import SourceFile


def moved(code: str) -> str | None:
    """The code with ``narrow`` moved above ``wide``."""
    file = decode("main.py", code.encode())
    assert isinstance(file, SourceFile)
    spans = []
    for name in ("narrow", "wide"):
        line = next(n for n, each in enumerate(file.lines, 1) if f"def {name}(" in each)
        column = file.lines[line - 1].index(name) + 1
        spans.append(Span("main.py", line, column, line, column + len(name)))
    changed = edits.move_above(Syntax(file), *spans)
    return apply_edits(code, changed) if changed else None


WIDE = '@app.get("/{x}")\ndef wide(x: int) -> int:\n    return x  # wide\n'
NARROW = '@app.get("/a")\n@cached\nasync def narrow() -> A:\n    # one\n    return 1  # two\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_decorators_comments_and_empty_lines_come_along(newline: str) -> None:
    before = f"import a\n\n\n{WIDE}\n\n{NARROW}\n\nX = 1\n".replace("\n", newline)
    after = f"import a\n\n\n{NARROW}\n\n{WIDE}\n\nX = 1\n".replace("\n", newline)
    assert moved(before) == after


def test_the_last_of_a_file_without_a_newline_at_its_end() -> None:
    assert moved(f"{WIDE}\n{NARROW}".rstrip("\n")) == f"{NARROW}\n{WIDE}".rstrip("\n")


def test_what_stands_between_stays_below() -> None:
    between = "Y = 2\n\n\ndef other() -> None: ...\n"
    before = f"{WIDE}\n\n{between}\n\n{NARROW}"
    assert moved(before) == f"{NARROW}\n\n{WIDE}\n\n{between}"


def test_in_a_function() -> None:
    inner = f"{WIDE}\n{NARROW}".replace("\n", "\n    ").rstrip()
    after = f"{NARROW}\n{WIDE}".replace("\n", "\n    ").rstrip()
    assert moved(f"def f(app):\n    {inner}\n") == f"def f(app):\n    {after}\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"{WIDE}\n# about the next\n{NARROW}", id="a comment above"),
        pytest.param(f"# the items\n{WIDE}\n{NARROW}", id="a comment above the other"),
        pytest.param(f"{WIDE}\nclass A: ...\n\n{NARROW}", id="a type that is defined between"),
        pytest.param(f"{WIDE}\nif True:\n    A = int\n\n{NARROW}", id="a type in a branch"),
        pytest.param(
            f"{WIDE}\nclass A: ...\n\n{NARROW.replace('A', chr(34) + 'A' + chr(34))}",
            id="a type in quotes",
        ),
        pytest.param(f"{NARROW}\n{WIDE}", id="above already"),
        pytest.param(f"{WIDE}\ndef f():\n    def narrow(): ...\n", id="deeper"),
        pytest.param(f"{WIDE}\nnarrow = 1\n\n{NARROW}", id="a name that is bound between"),
    ],
)
def test_left_alone(code: str) -> None:
    assert moved(code) is None
