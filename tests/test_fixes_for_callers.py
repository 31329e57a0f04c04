"""Fixes of signatures that somebody calls: callers lose nothing, or are told."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from pydantic import PositiveInt

from fastlint.api import check_texts
from fastlint.config.settings import Settings
from fastlint.findings import Finding

HINT = """
from fastapi import Depends, FastAPI, Query

app = FastAPI()


def providers() -> list[str]:
    return []


@app.get("/hint")
def hint(word: str = Query("a"), known: list[str] = Depends(providers)) -> str:
    return word
"""


def found(**tests: str) -> Finding:
    files = {"main.py": HINT, **{f"{name}.py": text for name, text in tests.items()}}
    (finding,) = check_texts(files, Settings(select=("FLT504",))).findings
    return finding


def test_what_is_taken_by_name_from_now_on_is_said() -> None:
    fix = found(test_hint="from main import hint\n\nhint(word='b', known=[])\n").fix
    assert fix is not None
    assert fix.title.endswith(", and take by name alone what then follows a default")
    assert not fix.safe


def test_whom_fastapi_alone_calls_takes_them_as_it_likes() -> None:
    fix = found().fix
    assert fix is not None
    assert (fix.title, fix.safe) == ("Move it into `Annotated`", True)


def test_who_calls_by_position_still_can() -> None:
    called = found(test_hint="from main import hint\n\n\ndef test():\n    assert hint('b', [])\n")
    assert called.fix is None
    assert called.withheld == "a parameter without a default would follow one with a default"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("UUID4", "unsafe, is checked"),
        ("conint(gt=1)", "unsafe, is checked"),
        ("otherlib.Kind", "unsafe, is checked"),
        ("HttpUrl", "safe"),
        ("UUID4 | None", "safe"),
        ("int", "safe"),
        ("Color", "safe"),
    ],
)
def test_what_is_checked_only_within_annotated_is_said(kind: str, told: str) -> None:
    text = f"""
import enum

import otherlib
from fastapi import FastAPI, Query
from pydantic import UUID4, HttpUrl, conint

app = FastAPI()


class Color(enum.Enum):
    RED = "red"


@app.get("/items")
def items(value: {kind} = Query()) -> None: ...
"""
    (finding,) = check_texts({"main.py": text}, Settings(select=("FLT504",))).findings
    assert finding.fix is not None
    assert finding.fix.safe is (told == "safe")
    assert finding.fix.title.endswith("is checked") is (told == "unsafe, is checked")


def test_fastapi_checks_more_within_annotated() -> None:
    app = FastAPI()

    @app.get("/default")
    def by_default(value: PositiveInt = Query()) -> int:  # noqa: B008, FAST002 - it is the subject
        return value

    @app.get("/annotated")
    def annotated(value: Annotated[PositiveInt, Query()]) -> int:
        return value

    paths = app.openapi()["paths"]
    (plain,), (within,) = (paths[path]["get"]["parameters"] for path in ("/default", "/annotated"))
    assert "exclusiveMinimum" not in plain["schema"]
    assert within["schema"]["exclusiveMinimum"] == 0
