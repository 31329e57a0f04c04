"""Imports that nothing uses any more once everything is fixed."""

from __future__ import annotations

import pytest

from fastlint.api import fix_texts

MAIN = """\
{}
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/a", response_model=List[Item])
def read_a() -> list[Item]:
    return []


@app.get("/b", response_model=List[Item])
def read_b() -> list[Item]:
    return []
"""


def fixed(imports: str, *, path: str = "app/main.py", **others: str) -> str:
    """The imports as they are after the fixes."""
    files = {path: MAIN.format(imports), **{f"{k}/file.py": v for k, v in others.items()}}
    after = fix_texts(files).files[path]
    assert "response_model" not in after
    return after.partition("from fastapi import")[0].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from typing import List", ""),
        (
            "from typing import Any, List\n\nAnything = Any",
            "from typing import Any\n\nAnything = Any",
        ),
        ("from typing import List\n\n__all__ = ['List']", None),
        ("from typing import List as List", None),
        ("from typing import List  # noqa: F401", None),
        ("try:\n    from typing import List\nexcept ImportError:\n    pass", None),
        ("from typing import Dict, List", "from typing import Dict"),  # which nothing ever used
        ("from typing import List\n", ""),
        ("import os\n\nfrom typing import List\n\nprint(os)", "import os\n\nprint(os)"),
    ],
)
def test_what_only_the_fixed_code_used_goes(before: str, after: str | None) -> None:
    assert fixed(before) == (before if after is None else after)


def test_what_a_package_offers_stays() -> None:
    before = "from typing import List"
    assert fixed(before, path="app/__init__.py") == before


@pytest.mark.parametrize(
    "other",
    [
        "from app.main import List",
        "from app.main import *",
        "from .main import (\n    app,\n    List,\n)",
        "import app.main\n\nx = app.main.List",
        "patch('app.main.List')",
        "patch.object(main, 'List')",
    ],
)
def test_what_another_file_takes_from_there_stays(other: str) -> None:
    before = "from typing import List"
    assert fixed(before, other=other) == before
    assert fixed(before, other="from typing import List") == ""


def test_an_unsafe_fix_takes_its_import_along() -> None:
    text = """\
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def refuse(request: Request, call_next):
    if request.headers.get("host") == "evil":
        raise HTTPException(400, "Invalid Host header")
    return await call_next(request)
"""
    after = fix_texts({"main.py": text}, unsafe=True).files["main.py"]
    assert after.startswith("from fastapi import FastAPI, Request\n")
    assert "HTTPException" not in after
