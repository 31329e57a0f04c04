"""Paths that are worked out: the model folds what Python itself would make of them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import modelcases
import pytest

KNOWN = {
    "text": ("", '"/a"'),
    "adjacent": ("", '"/a" "/b"'),
    "plus": ("A = '/a'", 'A + "/b" + A'),
    "augmented": ("A = '/a'\nA += '/b'", "A"),
    "f-string": ("A = '/a'\nN = 2", 'f"{A}/v{N}/{{id}}"'),
    "f-string with a format": (
        "V = 2\nW = 5", 'f"/v{V:02d}/{V:>{W}}/{\'a\':_^5}/{1.5:.3f}/{V!s:0>3}/{True:d}"',
    ),
    "f-string with a conversion": ("A = 'a'", 'f"/{A!r}/{A!r:>5}/{A!a}/{2!r}"'),
    "enumerate from 1": (
        "L = [f'/{i}{n}' for i, n in enumerate(['a', 'b'], 1)]\n"
        "M = [f'/{i}{n}' for i, n in enumerate(['a', 'b'], start=7)]",
        "L[0] + L[1] + M[1]",
    ),
    "f-string in an f-string": ("A = 'a'", "f\"/{f'{A}b'}\""),
    "percent-free braces": ("", "'/a/{b}'"),
    "conditional expression": ("DEBUG = False", '"/debug" if DEBUG else "/live"'),
    "or": ("NAME = ''", 'NAME or "/default"'),
    "and": ("NAME = 'x'", 'NAME and "/named"'),
    "walrus": ("(A := '/a')", "A"),
    "unpacked": ("A, B = '/a', '/b'", "B + A"),
    "chained": ("A = B = '/a'", "A + B"),
    "annotated": ("from typing import Final\nA: Final[str] = '/a'", "A"),
    "format": ("A = '/{}/{name}'", 'A.format("a", name="b")'),
    "join": ("PARTS = ['', 'a', 'b']", '"/".join(PARTS)'),
    "strip and lower": ("A = '/A/'", 'A.rstrip("/").lower()'),
    "replace": ("A = '/a_b'", 'A.replace("_", "-")'),
    "prefix and suffix": ("A = 'x/a.py'", 'A.removeprefix("x").removesuffix(".py")'),
    "str": ("N = 7", '"/" + str(N)'),
    "dictionary": ("D = {'a': {'b': '/c'}}", 'D["a"]["b"]'),
    "get": ("D = {'a': '/a'}", 'D.get("a") + D.get("b", "/z")'),
    "keyed by a constant": ("K = 'k'\nD = {K: '/a'}", "D[K]"),
    "union of dictionaries": ("D = {'a': '/a'} | {'b': '/b'}", 'D["b"]'),
    "key in a dictionary": ("D = {'a': 1}", '"/yes" if "a" in D and "b" not in D else "/no"'),
    "made on demand": (
        "class C:\n    def __getattr__(self, name): return f'/{name}'",
        "C().items + C().b",
    ),
    "what FastAPI says of itself": (
        "from fastapi import APIRouter, FastAPI",
        "APIRouter().prefix + FastAPI().docs_url + FastAPI(docs_url='/d').docs_url",
    ),
    "an object is not None": (
        "class C: ...\nc = C()", '"/none" if c is None else "/some"',
    ),
    "list": ("L = ['/a', '/b']", "L[1] + L[-2]"),
    "list that grew": ("L = ['/a']\nL.append('/b')\nL += ['/c']\nL.extend(('/d',))", "L[3] + L[1]"),
    "sum of lists": ("L = ['/a'] + ['/b']", "L[1]"),
    "comprehension": ("L = [f'/{n}' for n in ('a', 'b')]", "L[1]"),
    "class attribute": ("class C:\n    A = '/a'\n    B = A + '/b'", "C.B"),
    "inherited attribute": ("class B:\n    A = '/a'\nclass C(B): ...", "C.A"),
    "nested class": ("class C:\n    class D:\n        A = '/a'", "C.D.A"),
    "attribute set from outside": ("class C: ...\nC.A = '/a'", "C.A"),
    "instance attribute": ("class C:\n    def __init__(self): self.a = '/a'", "C().a"),
    "argument of __init__": (
        "class C:\n    def __init__(self, name, v=1): self.a = f'/{name}{v}'",
        'C("x").a + C(name="y", v=2).a',
    ),
    "property": ("class C:\n    @property\n    def a(self): return '/a'", "C().a"),
    "method": ("class C:\n    A = '/a'\n    def m(self, b): return self.A + b", 'C().m("/b")'),
    "class method": (
        "class C:\n    A = '/a'\n    @classmethod\n    def m(cls): return cls.A", "C.m()",
    ),
    "static method": ("class C:\n    @staticmethod\n    def m(): return '/a'", "C.m()"),
    "super": (
        "class B:\n    def m(self): return '/b'\n"
        "class C(B):\n    def m(self): return super().m() + '/c'",
        "C().m()",
    ),
    "function": ("def f(a, b='/b'): return a + b", 'f("/a")'),
    "function with a condition": (
        "def f(new):\n    if new:\n        return '/new'\n    return '/old'",
        "f(True) + f(False)",
    ),
    "function with *args": ("def f(*parts): return '/' + '/'.join(parts)", 'f("a", "b")'),
    "function with **options": ("def f(**o): return o['a']", 'f(a="/a")'),
    "closure": ("def f(a):\n    def g(b): return a + b\n    return g", 'f("/a")("/b")'),
    "lambda": ("f = lambda a: '/' + a", 'f("a")'),
    "partial": (
        "from functools import partial\ndef f(a, b): return a + b\ng = partial(f, '/a')",
        'g(b="/b")',
    ),
    "cached function": ("from functools import lru_cache\n@lru_cache\ndef f(): return '/a'", "f()"),
    "global": ("A = '/a'\ndef f():\n    global A\n    A = '/b'\nf()", "A"),
    "enumeration's value": ("from enum import Enum\nclass E(Enum):\n    A = '/a'", "E.A.value"),
    "enumeration of text": (
        "from enum import Enum\nclass E(str, Enum):\n    A = '/a'", 'E.A + "/b"',
    ),
    "an enumeration's own text in an f-string": (
        "from enum import Enum\nclass E(str, Enum):\n    A = '/a'\n"
        "    def __str__(self): return self.value", 'f"{E.A}/b"',
    ),
    "an enumeration with str()": (
        "from enum import Enum\nclass E(str, Enum):\n    A = '/a'", '"/" + str(E.A)',
    ),
    "a plain enumeration in an f-string": (
        "from enum import Enum\nclass E(Enum):\n    A = '/a'", 'f"/{E.A}"',
    ),
    "StrEnum in an f-string": (
        "from enum import StrEnum\nclass E(StrEnum):\n    A = '/a'", 'f"{E.A}/b"',
    ),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: str = '/a'", "C().a",
    ),
    "dataclass with an argument": (
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: str\n    b: str = '/b'",
        'C("/a").a + C(a="").b',
    ),
    "dataclass that inherits": (
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    a: str\n    b: str = '/b'\n"
        "@dataclass\nclass C(B):\n    c: str = '/c'",
        'C("/x", c="/z").a + C("").b + C("", "/y", "/z").c',
    ),
    "settings with an argument": (
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    prefix: str = '/v1'",
        "Settings(prefix='/v2').prefix",
    ),
    "settings": (
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    API_V1_STR: str = '/v1'\n"
        "settings = Settings()",
        "settings.API_V1_STR",
    ),
    "settings with Field": (
        "from pydantic import BaseModel, Field\nclass Settings(BaseModel):\n"
        "    a: str = Field('/a')\n    b: str = Field(default='/b')",
        "Settings().a + Settings().b",
    ),
    "settings from a cached function": (
        "from functools import lru_cache\nfrom pydantic import BaseModel\n"
        "class Settings(BaseModel):\n    prefix: str = '/v1'\n"
        "@lru_cache()\ndef get_settings() -> Settings:\n    return Settings()",
        "get_settings().prefix",
    ),
    "settings of settings": (
        "from pydantic import BaseModel\nclass Api(BaseModel):\n    v1: str = '/v1'\n"
        "class Settings(BaseModel):\n    api: Api = Api()\nsettings = Settings()",
        "settings.api.v1",
    ),
    "under if with a known test": (
        "N = 2\nif N == 2:\n    A = '/two'\nelse:\n    A = '/other'", "A",
    ),
    "the module's name": ("", '"/" + __name__'),
    "environment with a default": (
        "import os", 'os.getenv("FASTLINT_NO_SUCH_NAME", "/a") + '
        'os.environ.get("FASTLINT_NO_SUCH_NAME", "/b")',
    ),
    "status code in a path": ("from http import HTTPStatus", 'f"/{HTTPStatus.NOT_FOUND.value}"'),
}  # fmt: skip


@pytest.mark.parametrize(("setup", "expression"), KNOWN.values(), ids=KNOWN)
def test_a_path_is_what_python_makes_of_it(
    setup: str, expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("main")
    monkeypatch.setitem(sys.modules, "main", module)
    exec(setup, vars(module))  # noqa: S102 - Python is the judge of what an expression is
    expected = eval(expression, vars(module))  # noqa: S307
    assert isinstance(expected, str)
    assert _paths(setup, expression) == [expected]


UNKNOWN = {
    "from outside": ("from plugin import PATH", "PATH"),
    "text in an enumeration, as f-strings differ by Python's version": (
        "from enum import Enum\nclass E(str, Enum):\n    A = '/a'", 'f"{E.A}/b"',
    ),
    "environment without a default": ("import os", "os.environ['P']"),
    "part of an f-string": ("import os", 'f"/a/{os.getenv(\'P\')}"'),
    "depends on the environment": (
        "import os\nif os.environ['X'] == 'a':\n    A = '/a'\nelse:\n    A = '/b'", "A",
    ),
    "random": ("import secrets", "'/' + secrets.token_hex()"),
    "a parameter that nobody gives": ("", "path"),
    "a format": ("import math", 'f"/{math.pi:.2f}"'),
    "a format that is too wide": ("V = 2", 'f"/{V:01001d}"'),
    "a format for the locale to say": ("V = 2", 'f"/{V:n}"'),
    "a format that is not known": ("import os", 'f"/{2:{os.environ[\'W\']}}"'),
    "enumerate from what is not known": (
        "import os\nL = [f'/{i}{n}' for i, n in enumerate(['a'], int(os.environ['N']))]", "L[0]",
    ),
    "a file": ("", "open('path').read()"),
    "a settings field whose argument is unknown": (
        "import os\nfrom pydantic import BaseModel\nclass S(BaseModel):\n    p: str = '/p'\n"
        "s = S(p=os.environ['P'])",
        "s.p",
    ),
    "a settings field that may be among the arguments": (
        "import json\nfrom pydantic import BaseModel\nclass S(BaseModel):\n    p: str = '/p'\n"
        "s = S(**json.load(open('settings')))",
        "s.p",
    ),
    "a settings field without a default": (
        "from pydantic import BaseModel\nclass S(BaseModel):\n    p: str\ns = S.model_validate({})",
        "s.p",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("setup", "expression"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_known_only_at_run_time_is_unknown(setup: str, expression: str) -> None:
    assert _paths(setup, expression) == [None]


def test_a_prefix_that_is_unknown_makes_the_path_unknown_not_the_route() -> None:
    project = modelcases.project(
        "import os\nfrom fastapi import APIRouter, FastAPI\n"
        "router = APIRouter()\n@router.get('/items')\ndef read(): ...\n"
        "app = FastAPI()\napp.include_router(router, prefix=os.environ['P'])\n"
    )
    (found,) = project.routes
    assert (found.path, found.own_path, found.methods) == (None, "/items", ("GET",))
    assert found.label == "GET …/items"
    assert "environment" in found.unknown[0]
    assert project.coverage.unknown_routes == 1


MANY = {
    "config/__init__.py": "from .settings import settings, Paths",
    "config/settings.py": (
        "from pydantic import BaseModel\nfrom config.base import ROOT, Base\n"
        "class Settings(Base):\n    API_V1_STR: str = ROOT + '/v1'\n"
        "class Paths:\n    ITEMS = '/items'\n    ITEM = f'{ITEMS}/{{item_id}}'\n"
        "settings = Settings()\n"
    ),
    "config/base.py": (
        "from pydantic import BaseModel\nROOT = '/api'\n"
        "class Base(BaseModel):\n    DOCS: str = '/docs'\n"
    ),
    "main.py": (
        "from fastapi import APIRouter, FastAPI\nfrom config import Paths, settings\n"
        "import config.base as base\n"
        "router = APIRouter()\n"
        "@router.get(Paths.ITEM)\ndef read_item(item_id: int): ...\n"
        "@router.get(settings.DOCS)\ndef read_docs(): ...\n"
        "app = FastAPI()\napp.include_router(router, prefix=settings.API_V1_STR)\n"
        "app.include_router(router, prefix=base.ROOT)\n"
    ),
}


def test_constants_of_other_files(tmp_path: Path) -> None:
    expected = [
        "GET /api/v1/items/{item_id} read_item",
        "GET /api/v1/docs read_docs",
        "GET /api/items/{item_id} read_item",
        "GET /api/docs read_docs",
    ]
    assert modelcases.table(modelcases.project(MANY)) == expected
    assert modelcases.judged(MANY, tmp_path) == expected


def _paths(setup: str, expression: str) -> list[str | None]:
    project = modelcases.project(
        f"from fastapi import FastAPI\napp = FastAPI()\n{setup}\n"
        f"@app.get({expression})\ndef read(): ...\n"
    )
    return [each.path for each in project.routes]
