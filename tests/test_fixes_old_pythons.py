"""Fixes write what the oldest Python of the project can run."""

from __future__ import annotations

import pytest

from fastlint.api import fix_texts
from fastlint.config.settings import Settings, Versions

MAIN = """\
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    size: int = None


@app.post("/items")
def create_item(item: Item, q: str = Query(...)) -> str:
    return q
"""


def fixed(text: str, python: str | None) -> list[str]:
    """The lines that are new after the fixes."""
    settings = Settings(versions=Versions(python=python), select=("FLT504", "FLT603"))
    after = fix_texts({"main.py": text}, settings).files["main.py"]
    return [line for line in after.splitlines() if line and line not in text.splitlines()]


@pytest.mark.parametrize(
    ("python", "imports", "type_"),
    [
        (
            "3.8",
            ["from typing import Optional", "from typing_extensions import Annotated"],
            "Optional[int]",
        ),
        ("3.9", ["from typing import Annotated, Optional"], "Optional[int]"),
        ("3.10", ["from typing import Annotated"], "int | None"),
        (None, ["from typing import Annotated"], "int | None"),
    ],
)
def test_types_are_written_for_the_oldest_python(
    python: str | None, imports: list[str], type_: str
) -> None:
    assert fixed(MAIN, python) == [
        *imports,
        f"    size: {type_} = None",
        "def create_item(item: Item, q: Annotated[str, Query()]) -> str:",
    ]


def test_what_the_file_has_is_used_whatever_is_said_of_python() -> None:
    text = (
        f"from typing import Annotated\n\n{MAIN}\n\nLimit = 'int | None'\nA = Annotated[int, 1]\n"
    )
    assert fixed(text, "3.8") == [
        "    size: int | None = None",
        "def create_item(item: Item, q: Annotated[str, Query()]) -> str:",
    ]


def test_a_lifespan_takes_its_type_from_where_it_can_be_subscripted() -> None:
    text = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
def start() -> None:
    print("started")
"""
    settings = Settings(versions=Versions(python="3.8"))
    after = fix_texts({"main.py": text}, settings, unsafe=True).files["main.py"]
    assert "from typing import AsyncIterator" in after
    assert "collections" not in after
