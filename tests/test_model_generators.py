"""What generators and context managers of the project register while they are gone through."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
import os
from contextlib import ExitStack, contextmanager
from fastapi import APIRouter, FastAPI
app = FastAPI()
def h(): ...
"""
ROUTERS = """
def routers(above=""):
    for n in "ab":
        r = APIRouter(prefix=f"{above}/{n}")
        r.get("/x")(h)
        yield r
"""
GROUP = """
@contextmanager
def group(prefix):
    g = APIRouter(prefix=prefix)
    yield g
    app.include_router(g)
"""
OBJECT = """
class Group:
    def __init__(self, prefix):
        self.r = APIRouter(prefix=prefix)
    def __enter__(self):
        return self.r
    def __exit__(self, *why):
        app.include_router(self.r)
"""

FOLLOWED = {
    "a loop": ROUTERS + "for r in routers(): app.include_router(r)",
    "a loop over its list": ROUTERS + "for r in list(routers('/p')): app.include_router(r)",
    "a loop with numbers": (
        ROUTERS + "for i, r in enumerate(routers()): app.include_router(r, prefix=f'/{i}')"
    ),
    "a comprehension": ROUTERS + "[app.include_router(r) for r in routers()]",
    "in a factory": (
        ROUTERS + "def make():\n    made = FastAPI()\n    for r in routers():\n"
        "        made.include_router(r)\n    return made\napp = make()"
    ),
    "one that delegates": (
        ROUTERS + "def all():\n    yield from routers('/p')\n    yield from routers('/q')\n"
        "for r in all(): app.include_router(r)"
    ),
    "texts": "def names():\n    yield '/a'\n    yield '/b'\nfor n in names(): app.get(n)(h)",
    "one that includes what it has yielded": (
        "def routers():\n    for n in 'ab':\n        r = APIRouter(prefix=f'/{n}')\n"
        "        yield r\n        app.include_router(r)\nfor r in routers(): r.get('/x')(h)"
    ),
    "a context manager": GROUP + "with group('/gr') as g: g.get('/x')(h)",
    "one in another": (
        GROUP
        + "with group('/a') as a:\n    with group('/b') as b:\n        with group('/c') as c:\n"
        "            a.get('/x')(h)\n            b.get('/y')(h)\n            c.get('/z')(h)"
    ),
    "two at once": (
        GROUP + "with group('/a') as a, group('/b') as b:\n    a.get('/x')(h)\n    b.get('/y')(h)"
    ),
    "one that tries": (
        "@contextmanager\ndef group(p):\n    g = APIRouter(prefix=p)\n    try:\n        yield g\n"
        "    finally:\n        app.include_router(g)\nwith group('/gr') as g: g.get('/x')(h)"
    ),
    "a class": OBJECT + "with Group('/gr') as g: g.get('/x')(h)",
    "a router": (
        "class Own(APIRouter):\n    def __enter__(self):\n        return self\n"
        "    def __exit__(self, *why):\n        app.include_router(self)\n"
        "with Own(prefix='/gr') as g: g.get('/x')(h)"
    ),
}


@pytest.mark.parametrize("code", FOLLOWED.values(), ids=FOLLOWED)
def test_what_it_registers_is_served(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + code}
    project = modelcases.project(files)
    found = modelcases.table(project)
    assert found
    assert found == [row for row in modelcases.judged(files, tmp_path) if row.endswith(" h")]
    assert not project.coverage.unknown


UNFOLLOWED = {
    "the next of a generator": ROUTERS + "app.include_router(next(routers()))",
    "a stack": GROUP + "with ExitStack() as s: s.enter_context(group('/gr')).get('/x')(h)",
}


@pytest.mark.parametrize("code", UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_what_nobody_could_go_through_is_told(code: str) -> None:
    unknown = modelcases.project(HEAD + code).coverage.unknown
    assert any("was not seen to be gone through" in each for each in unknown)


def test_what_may_not_be_yielded_may_not_be_served() -> None:
    code = (
        "def routers():\n    r = APIRouter()\n    r.get('/x')(h)\n    if os.path.exists('x'):\n"
        "        yield r\nfor r in routers(): app.include_router(r)"
    )
    project = modelcases.project(HEAD + code)
    assert [each.conditional for each in project.apps[0].value.entries] == [True]
