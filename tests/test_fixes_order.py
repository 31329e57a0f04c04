"""Whichever fix comes first, the text is the same in the end."""

from __future__ import annotations

import random

import pytest

from benchmarks.fuzzing.composing import in_another_order
from fastlint.api import fix
from fastlint.config.settings import Settings
from fastlint.engine.workspace import in_memory

ORDERS = 6
"""In so many of them the fixes are made one by one."""
RULES = "FLT301 FLT315 FLT320 FLT405 FLT411 FLT421 FLT504 FLT506 FLT603 FLT703"
SETTINGS = Settings(select=tuple(RULES.split()))

OPTIONAL_FIELDS = """\
from typing import Annotated, Optional

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    size: Optional[int] = None
    code: str = None


def get_part(word: int) -> str:
    return "part"


Part = Annotated[str, Depends(get_part)]


@app.post("/items", responses={500: {"description": "The shop is closed today, and tomorrow"}})
def add(item: Item, first: Optional[int] = Query(None), second: Optional[int] = Query(None), part: Optional[Part] = None) -> Item:
    return item
"""  # noqa: E501 - how long the lines are is what it is about
"""The longest line is broken by one fix, and was what told how long lines may be."""
DOCUMENTED = """\
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/items/{size}")
def read(size: int) -> int:
    try:
        if size == 13:
            raise HTTPException(404, "no such size")
        return size
    except Exception:
        raise HTTPException(500)
"""
DEFAULTS = """\
from fastapi import FastAPI
from pydantic import BaseModel, Field, validator

app = FastAPI()


class Item(BaseModel):
    size: int = Field(ge=1, default=...)

    @validator("size", always=True)
    def check(cls, v):
        return v


@app.post("/items")
def add(item: Item) -> Item:
    return item
"""
PARAMETERS = """\
from typing import Annotated

from fastapi import FastAPI, Header, Query

app = FastAPI()


@app.get("/parts")
def parts(
    page: Annotated[float, Header(1.5)],
    word: Annotated[int, Query(...)],
    limit: int = Header(..., le=100),
) -> str:
    return "a"
"""
QUERIED = """\
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()


@app.get("/words")
def words(
    page: Annotated[int | None, Query(None)], word: list[int], size: int | None = Query(None)
) -> str:
    return "a"
"""
"""One is a body until it says that it is read from the query, where the order counts."""
BODILESS = """\
from functools import wraps

from fastapi import FastAPI

app = FastAPI()


def loud(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@app.delete("/items/{size}", status_code=204)
@loud
def remove(size: int) -> dict[str, int]:
    return {"deleted": size}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(OPTIONAL_FIELDS, "    code: Optional[str] = None\n", id="optional types"),
        pytest.param(
            DOCUMENTED,
            """        404: {"description": "no such size"},\n        500:""",
            id="answers that are documented",
        ),
        pytest.param(DEFAULTS, "    size: int = Field(ge=1)\n", id="required fields"),
        pytest.param(
            QUERIED,
            """(
    page: Annotated[int | None, Query()] = None,
    *,
    word: Annotated[list[int], Query()],
    size: Annotated[int | None, Query()] = None,
)""",
            id="a body that belongs into the query",
        ),
        pytest.param(
            PARAMETERS,
            """(
    page: Annotated[float, Header()] = 1.5,
    *,
    word: Annotated[int, Query()],
    limit: Annotated[int, Header(le=100)],
)""",
            id="parameters that trade places",
        ),
        pytest.param(BODILESS, "def remove(size: int) -> None:", id="answers without a body"),
    ],
)
def test_the_text_is_the_same_whichever_fix_is_first(text: str, expected: str) -> None:
    workspace = in_memory({"main.py": text}, SETTINGS)
    together = fix(workspace, unsafe=True)
    assert expected in together.files["main.py"]
    for order in map(random.Random, range(ORDERS)):
        assert list(in_another_order(workspace, together, unsafe=True, order=order)) == []
