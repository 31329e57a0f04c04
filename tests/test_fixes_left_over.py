"""Imports that nothing uses any more once everything is fixed."""

from __future__ import annotations

import pytest

from fastlint.api import fix_texts
from fastlint.fixes.others import Others

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
        ("x = 1\n\n\nfrom typing import List\n\n\nprint(x)", "x = 1\n\n\nprint(x)"),
        ("\n\nfrom typing import List\n\n\nx = 1", "\n\nx = 1"),
        ("from typing import List as L\n\nList = L", None),
        (
            "from typing import (\n    Any,\n    List,\n)\n\nx: Any",
            "from typing import (\n    Any,\n)\n\nx: Any",
        ),
        ("from typing import (\n    Any,  # any\n    List,\n)\n\nx: Any", None),
        ("from typing import Any, \\\n    List\n\nx: Any", None),
        ("from typing import Any, List  # noqa: F401", None),
        ("# flake8: noqa\nfrom typing import Any, List", None),
        ("# ruff: noqa: F401\nfrom typing import Any, List", None),
        ("from typing import Any, List  # why", "from typing import Any  # why"),
        ("# old names\nfrom typing import List\n\nx = 1", None),
        ("# names\nfrom typing import List\nimport os\n\nos", "# names\nimport os\n\nos"),
        ("import os; from typing import List", None),
        ("import os; from typing import Any, List", "import os; from typing import Any"),
        ("if True:\n    from typing import List", None),
        ("# type: List[int]\nfrom typing import List", None),
        ("from typing import List\n\nx: 'List[int]'", None),
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
        "import app.main as m\n\nx = m.List",
        "from app import main as m\n\nx = getattr(m, 'List')",
        "from app.main import (  # all (of) it\n    app,\n    List,  # too\n)",
        "from app.main import app, \\\n    List",
        "from app.main import List as L",
        "MODULE = 'app.main'\npatch(f'{MODULE}.List')",
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


TWO = """\
{}
from fastapi import FastAPI

app = FastAPI()


@app.get("/a", response_model=List[int])
def read_a() -> list[int]:
    return []


@app.get("/b", response_model=Dict[str, int])
def read_b() -> dict[str, int]:
    return {{}}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from typing import Dict, List", ""),
        ("from typing import Dict, List, Set\n\nSet", "from typing import Set\n\nSet"),
        ("from typing import Dict, Set, List\n\nSet", "from typing import Set\n\nSet"),
        (
            "from typing import Any, Dict, Set, List\n\nSet, Any",
            "from typing import Any, Set\n\nSet, Any",
        ),
        ("from typing import Dict\nfrom typing import List\nimport os\n\nos", "import os\n\nos"),
        ("import os\n\nfrom typing import Dict\nfrom typing import List\n\nos", "import os\n\nos"),
    ],
)
def test_all_that_is_left_over_goes_at_once(before: str, after: str) -> None:
    fixed = fix_texts({"main.py": TWO.format(before)})
    assert fixed.files["main.py"].partition("from fastapi")[0].rstrip("\n") == after
    assert not fix_texts(fixed.files).files


def test_what_the_module_was_called_by_goes_as_well() -> None:
    before = MAIN.replace("List[", "t.List[").format("import typing as t")
    assert "typing" not in fix_texts({"main.py": before}).files["main.py"]


def test_an_import_that_a_fix_adds_to_still_loses_what_is_left_over() -> None:
    before = """\
from typing import List

from fastapi import FastAPI, Query

app = FastAPI()


@app.get("/a", response_model=List[int])
def read_a(q: int = Query(...)) -> list[int]:
    return [q]
"""
    after = fix_texts({"main.py": before}).files["main.py"]
    assert after.startswith("from typing import Annotated\n\nfrom fastapi import FastAPI, Query\n")


def test_a_module_of_the_project_by_the_name_of_a_library_stays() -> None:
    before = MAIN.replace("List[", "profile.List[").format("import profile")
    files = {"app/main.py": before, "app/profile.py": "from typing import List\n"}
    assert fix_texts(files).files.get("app/main.py", before).startswith("import profile\n")


def test_a_file_is_read_once_however_many_ask() -> None:
    texts = {"app/main.py": "", "app/other.py": "from app.main import List\n"}
    asked: list[str] = []

    def read(path: str) -> str:
        asked.append(path)
        return texts[path]

    others = Others(texts.keys, read)
    assert not asked
    assert others.take("app/main.py", "List")
    assert not others.take("app/main.py", "Dict")
    assert not others.take("app/other.py", "List")
    assert sorted(asked) == sorted(texts)


def test_what_could_not_be_fixed_is_told_where_it_stands_once_imports_are_gone() -> None:
    text = """\
import time
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI | None = None):
    yield


app = FastAPI(lifespan=lifespan())


@app.get("/slow")
async def wait() -> str:
    time.sleep(1)
    return "done"


@app.on_event("startup")
def start() -> None:
    print("now")
"""
    fixed = fix_texts({"main.py": text})
    after = fixed.files["main.py"].splitlines()
    assert "import time" not in after
    (finding,) = [finding for finding, _ in fixed.dropped if finding.code == "FLT517"]
    assert after[finding.span.line - 1] == "app = FastAPI(lifespan=lifespan())"
