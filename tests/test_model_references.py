"""Who calls a function besides FastAPI: what decides whether its signature may safely change."""

from __future__ import annotations

import pytest

from fastlint.api import check_texts
from fastlint.config.settings import Settings

ITEMS = """\
from fastapi import APIRouter, Depends

router = APIRouter()


def get_limit() -> int:
    return 1


@router.get("/items")
async def read_items(limit: int = Depends(get_limit)) -> int:
    return limit
"""
MAIN = """\
from fastapi import FastAPI

from app.routes import items

app = FastAPI()
app.include_router(items.router)
"""


def is_safe(files: dict[str, str]) -> bool:
    """Whether the signature of ``read_items`` may change without anybody noticing."""
    given = {"app/routes/items.py": ITEMS, "app/main.py": MAIN, **files}
    outcome = check_texts(given, Settings(select=("FLT504",)))
    (finding,) = [each for each in outcome.findings if each.span.path == "app/routes/items.py"]
    assert finding.fix is not None
    return finding.fix.safe


USED = {
    "called": {
        "app/a.py": "from app.routes.items import read_items\nasync def f(): await read_items(1)\n"
    },
    "called under another name": {
        "app/a.py": "from app.routes.items import read_items as r\nasync def f(): await r()\n"
    },
    "called through its module": {
        "app/a.py": "from app.routes import items\nasync def f(): await items.read_items(1)\n"
    },
    "called through a package": {
        "app/a.py": "import app.routes.items\nx = app.routes.items.read_items()\n"
    },
    "imported relatively, in a function": {
        "app/a.py": "def f():\n    from .routes.items import read_items\n    return read_items()\n"
    },
    "imported again elsewhere": {
        "app/api.py": "from app.routes.items import read_items\n",
        "app/a.py": "from app import api\nx = api.read_items()\n",
    },
    "called through its module in its own file": {
        "app/routes/items.py": "import app.routes.items\n"
        + ITEMS
        + "\n\nasync def f(): await app.routes.items.read_items(1)\n"
    },
    "star import": {"app/a.py": "from app.routes.items import *\nx = read_items()\n"},
    "handed to a thread pool": {
        "app/a.py": "from app.routes.items import read_items\nx = run_sync(read_items, 1)\n"
    },
    "called by a test": {
        "tests/test_a.py": "from app.routes.items import read_items\n"
        "def test_it(): assert read_items(1)\n"
    },
    "a default of another function": {
        "app/a.py": "from app.routes.items import read_items\ndef f(g=read_items): ...\n"
    },
    "in its own file": {"app/routes/items.py": ITEMS + "\n\nasync def f(): await read_items(1)\n"},
    "with another decorator": {
        "app/routes/items.py": ITEMS.replace("async def", "@traced\nasync def")
    },
}


@pytest.mark.parametrize("files", USED.values(), ids=USED)
def test_a_function_that_others_call(files: dict[str, str]) -> None:
    assert not is_safe(files)


ALONE = {
    "nobody else": {},
    "overridden in tests": {
        "tests/test_a.py": "from app.main import app\nfrom app.routes.items import read_items\n"
        "app.dependency_overrides[read_items] = lambda: 1\n"
    },
    "registered again": {
        "app/a.py": "from app.main import app\nfrom app.routes.items import read_items\n"
        "app.add_api_route('/x', read_items)\n"
    },
    "a dependency as well": {
        "app/a.py": "from fastapi import Depends\nfrom app.routes.items import read_items\n"
        "dependencies = [Depends(read_items)]\n"
    },
    "another function of that name": {
        "app/a.py": "from app.crud import read_items\nx = read_items(1)\n",
        "app/crud.py": "def read_items(limit): ...\n",
    },
    "an attribute of something else": {
        "app/a.py": "import client\nfrom app.routes import items\n"
        "x = client.read_items()\ny = client.api.read_items\n"
    },
    "another module's function of that name, called by itself": {
        "app/models/__init__.py": "from app.models import items\n",
        "app/models/items.py": "async def read_items(limit): ...\n",
        "app/routes/items.py": "from app import models\n"
        + ITEMS.replace("return limit", "return await models.items.read_items(limit)"),
    },
    "another module's function of that name, called elsewhere": {
        "app/crud.py": "def read_items(limit): ...\n",
        "app/a.py": "from app import crud\nfrom app.routes.items import router\n"
        "x = crud.read_items(1)\n",
    },
    "a local name": {
        "app/routes/items.py": ITEMS + "\n\ndef f(read_items):\n    return read_items(1)\n"
    },
}


@pytest.mark.parametrize("files", ALONE.values(), ids=ALONE)
def test_a_function_that_only_fastapi_calls(files: dict[str, str]) -> None:
    assert is_safe(files)
