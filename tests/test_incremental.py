"""What is judged again after an edit must be what is judged of the edited project anew."""

import ast
import random
import textwrap
from pathlib import Path

import msgspec
import pytest

from fastlint.config.settings import Settings
from fastlint.engine import judging
from fastlint.engine.record import FileRecord
from fastlint.engine.said import Said
from fastlint.engine.workspace import Workspace, in_memory
from fastlint.facts.alike import alike
from fastlint.facts.survey import survey
from fastlint.facts.tree import encode
from fastlint.facts.unparsable import Unparsable

APPS = sorted(path for path in (Path(__file__).parent / "fixtures" / "apps").iterdir())
EDITS = 6

APP = {
    "app.py": '''\
import time

from fastapi import APIRouter, Depends, FastAPI

from helpers import tidy

router = APIRouter()


def unused(value):
    """Nobody calls it."""
    return value


def db():
    yield object()


@router.get("/{item}")
async def read(item, db: object = Depends(db)):
    time.sleep(1)
    return tidy(item)


app = FastAPI()
app.include_router(router)
''',
    "helpers.py": """\
def spare(value):
    return value


def tidy(value):
    return value
""",
}


def files_of(app: Path) -> dict[str, str]:
    return {
        path.relative_to(app).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(app.rglob("*.py"))
    }


def opened(files: dict[str, str]) -> Workspace:
    return in_memory(files, Settings(select=("ALL",)))


def restarted(workspace: Workspace) -> Workspace:
    """The workspace with what it knows as the next process has it from the cache."""
    encode, decode = msgspec.msgpack.encode, msgspec.msgpack.decode
    workspace.said = decode(encode(workspace.said), type=Said | None)
    workspace.before = decode(encode(workspace.before), type=dict[str, FileRecord])
    return workspace


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each time that something had been said before, whether it was said again."""
    answers: list[bool] = []
    ask = judging.still_said

    def asked(*args: object) -> Said | None:
        found = ask(*args)  # type: ignore[arg-type]
        answers.append(found is not None)
        return found

    monkeypatch.setattr(judging, "still_said", asked)
    return answers


def edited(text: str, chance: random.Random) -> str:
    """The text with something changed somewhere; it may be anything that still parses."""
    for _ in range(40):
        lines = text.splitlines(keepends=True)
        at = chance.randrange(len(lines))
        line = lines[at]
        indent = line[: len(line) - len(line.lstrip())]
        names = [word for word in line.replace("(", " ").split() if word.isidentifier()]
        words = [word for word in text.split() if word.isidentifier()]
        match chance.randrange(7):
            case 0 | 1:
                lines.insert(at, f"{indent}_spare = {chance.randrange(9)}\n")
            case 2:
                lines.insert(at, chance.choice(["\n", "# a remark\n"]))
            case 3:
                lines.insert(at, line)
            case 4:
                del lines[at]
            case 5 if names:
                lines[at] = line.replace(chance.choice(names), chance.choice(words), 1)
            case _:
                lines.insert(at, f"{indent}def extra(a=[]): a.append(1)\n")
        new = "".join(lines)
        try:
            ast.parse(new)
        except SyntaxError:
            continue
        return new
    return text


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_an_edited_project_is_judged_as_if_it_were_new(app: Path) -> None:
    chance = random.Random(app.name)  # noqa: S311 - the same edits in every run
    files = files_of(app)
    workspace = opened(files)
    workspace.check()
    restarted(workspace)
    for _ in range(EDITS):
        path = chance.choice([path for path, text in files.items() if text.strip()])
        new = edited(files[path], chance)
        assert workspace.check({path: new}) == opened({**files, path: new}).check(), (path, new)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_a_line_in_every_place_moves_what_is_said_below_it(app: Path) -> None:
    files = files_of(app)
    workspace = opened(files)
    workspace.check()
    for path, text in files.items():
        lines = text.splitlines(keepends=True)
        for at in range(0, len(lines), max(1, len(lines) // 2)):
            new = "".join([*lines[:at], "# a remark\n", *lines[at:]])
            assert workspace.check({path: new}) == opened({**files, path: new}).check()


def test_an_edit_where_nobody_looked_costs_no_judgement(carried: list[bool]) -> None:
    workspace = opened(APP)
    workspace.check()
    new = APP["app.py"].replace("    return value\n", "    more = value\n    return more\n")
    outcome = workspace.check({"app.py": new})
    assert carried == [True]
    assert outcome == opened({**APP, "app.py": new}).check()
    assert any(finding.code == "FLT101" for finding in outcome.findings)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("app.py", "time.sleep(1)", "time.sleep(2)"),
        ("app.py", "def unused(value):", "def unused(value, more):"),
        ("app.py", "    return value\n", "    FastAPI()\n    return value\n"),
        ("app.py", "    return value\n", "    def inner(): ...\n    return value\n"),
        ("app.py", "    return value\n", "    import os\n    return value\n"),
        ("helpers.py", "def tidy", "def tidier"),
    ],
)
def test_an_edit_that_could_matter_is_judged_anew(
    carried: list[bool], path: str, old: str, new: str
) -> None:
    workspace = opened(APP)
    workspace.check()
    workspace.check({path: APP[path].replace(old, new, 1)})
    assert carried == [False]


def test_a_fix_is_the_same_after_the_cache_has_been_read(carried: list[bool]) -> None:
    workspace = opened(APP)
    before = {finding.code: finding.fix for finding in workspace.check().findings}
    restarted(workspace)
    after = workspace.check({"app.py": APP["app.py"] + "# a remark\n"}).findings
    assert carried == [True]
    assert {finding.code: finding.fix for finding in after} == before
    assert before["FLT504"] is not None


def facts(text: str) -> bytes:
    found = survey(textwrap.dedent(text))
    assert not isinstance(found, Unparsable)
    return encode(found)


def test_lines_that_change_places_are_not_the_same() -> None:
    old = facts("a = 1; x = 2\n\n\n")
    found = alike(old, facts("\na = 1; x = 2\n"), (), (), literals=False)
    assert found is not None
    assert found.lines == {1: 2}
    assert alike(old, facts("a = 1\nx = 2\n"), (), (), literals=False) is None


def test_a_body_that_was_looked_at_must_be_the_same() -> None:
    old, new = facts("def f():\n    return 1\n"), facts("def f():\n    return 2\n")
    assert alike(old, new, (), (), literals=False) is not None
    assert alike(old, new, (0,), (), literals=False) is None


def test_a_body_that_was_searched_must_contain_the_same() -> None:
    old, new = facts("def f():\n    return a\n"), facts("def f():\n    return b\n")
    assert alike(old, new, (), (b"c",), literals=False) is not None
    assert alike(old, new, (), (b"b",), literals=False) is None


def test_what_is_unknown_moves_with_its_line_and_not_with_a_namesake(carried: list[bool]) -> None:
    unknown = "from fastapi import FastAPI\nfrom other import names\napp = FastAPI()\n\n\n"
    unknown += "@app.get(names.path)\ndef read() -> int:\n    return 1\n"
    files = {"one/app.py": unknown, "two/app.py": unknown}
    workspace = opened(files)
    workspace.check()
    new = {**files, "two/app.py": "# a remark\n" + unknown}
    outcome = workspace.check({"two/app.py": new["two/app.py"]})
    assert carried == [True]
    assert outcome == opened(new).check()
    assert {each.split(": ")[0] for each in outcome.coverage.unknown} == {
        "one/app.py:6",
        "two/app.py:7",
    }
