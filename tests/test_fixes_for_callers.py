"""Fixes of signatures that somebody calls: callers lose nothing, or are told."""

from __future__ import annotations

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
