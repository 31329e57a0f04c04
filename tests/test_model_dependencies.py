"""What runs before a handler, and in which order. FastAPI judges each of these projects."""

from __future__ import annotations

from pathlib import Path

import modelcases
import oracle
import pytest

from fastlint.model.dependencies import Dependency

HEAD = """\
from functools import lru_cache, partial, wraps
from typing import Annotated, Generic, TypeVar
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Security, WebSocket
from fastapi.security import (
    APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, HTTPDigest, OAuth2,
    OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect, SecurityScopes,
)
from fastapi.security.base import SecurityBase
app = FastAPI()
def one() -> int: ...
def two(a: int = Depends(one)) -> int: ...
async def three(b: Annotated[int, Depends(two)], c: int = Depends(one)) -> int: ...
def gen():
    yield 1
"""

FORMS = {
    "a function, in the default and in Annotated": (
        "a=Depends(one), b: int = Depends(dependency=two), *, c: Annotated[int, Depends(gen)]",
        "",
    ),
    "below each other": ("a=Depends(three)", ""),
    "the same twice": ("a=Depends(one), b=Depends(one, use_cache=False)", ""),
    "the parameter's own class": (
        "a: Annotated[Page, Depends()], b: Page = Depends()",
        "class Page:\n    def __init__(self, n: int = Depends(one)): ...",
    ),
    "a class that inherits": (
        "a=Depends(Wide)",
        "class Page:\n    def __init__(self, n: int = Depends(one)): ...\nclass Wide(Page): ...",
    ),
    "a class without __init__": ("a=Depends(Empty)", "class Empty: ..."),
    "an object": (
        "a=Depends(Checker('x')), b=Depends(checker)",
        "class Checker:\n    def __init__(self, role): ...\n"
        "    def __call__(self, n: int = Depends(two)): ...\nchecker = Checker('y')",
    ),
    "a method": (
        "a=Depends(api.user), b=Depends(Api.guest), c=Depends(Api.anybody)",
        "class Api:\n    def user(self, n: int = Depends(one)): ...\n"
        "    @classmethod\n    def guest(cls, n: int = Depends(one)): ...\n"
        "    @staticmethod\n    def anybody(n: int = Depends(one)): ...\napi = Api()",
    ),
    "made by a call": (
        "a=Depends(require('x')), b=Depends(Factory().make())",
        "def require(role):\n    def check(n: int = Depends(one)): ...\n    return check\n"
        "class Factory:\n    def make(self):\n        def check(n: int = Depends(two)): ...\n"
        "        return check",
    ),
    "partial": (
        "a=Depends(partial(add, 1, c=2)), b=Depends(partial(three, c=1))",
        "def add(a: int, b: int = Depends(one), c: int = Depends(two)): ...",
    ),
    "wrapped": (
        "a=Depends(inner)",
        "def log(f):\n    @wraps(f)\n    def g(*a, **k): return f(*a, **k)\n    return g\n"
        "@log\ndef inner(n: int = Depends(two)): ...",
    ),
    "cached": ("a=Depends(get)", "@lru_cache\ndef get(n: int = 1): ..."),
    "an alias that is bound twice": (
        "a: B", "A = Annotated[int, Depends(one)]\nB = Annotated[A, Query()]\nB = A",
    ),
    "the last marker counts": ("a: Annotated[int, Depends(one), Depends(two)]", ""),
    "of a generic class": (
        "a=Depends(Repo[int])",
        "T = TypeVar('T')\nclass Repo(Generic[T]):\n"
        "    def __init__(self, n: int = Depends(one)): ...",
    ),
    "security": (
        "a=Security(user, scopes=['x'])",
        "basic = HTTPBasic()\ndef user(scopes: SecurityScopes, c=Depends(basic)): ...",
    ),
    "imported again under a condition": (
        "a=Depends(chosen)", "chosen = None\nif app:\n    chosen = two\nelse:\n    chosen = one",
    ),
    "in a list that is spread": (
        "a=Depends(one)",
        "common = [Depends(two), Depends(gen)]\n"
        "app.router.dependencies += []\n"
        "@app.get('/listed', dependencies=[*common, Depends(one)])\ndef listed(): ...",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("signature", "setup"), FORMS.values(), ids=FORMS)
def test_dependencies_run_in_fastapis_order(signature: str, setup: str, tmp_path: Path) -> None:
    _agree(f"{HEAD}{setup}\n@app.get('/x')\ndef read({signature}): ...\n", tmp_path)


LEVELS = {
    "every level": (
        "a = APIRouter(dependencies=[Depends(d_a)])\nb = APIRouter(dependencies=[Depends(d_b)])\n"
        "app = FastAPI(dependencies=[Depends(d_app)])\n"
        "@b.get('/x', dependencies=[Depends(d_1), Depends(d_2)])\ndef read(p=Depends(d_p)): ...\n"
        "a.include_router(b, dependencies=[Depends(d_inner)])\n"
        "app.include_router(a, dependencies=[Depends(d_outer)])\n"
        "app.include_router(b, prefix='/again')\n"
        "@app.get('/own')\ndef own(): ...\n",
        ["d_app d_outer d_a d_inner d_b d_1 d_2 d_p", "d_app d_b d_1 d_2 d_p", "d_app"],
    ),
    "what they need comes before each": (
        "def need(a=Depends(d_a)): ...\ndef more(b=Depends(need), c=Depends(d_b)): ...\n"
        "app = FastAPI(dependencies=[Depends(more)])\n"
        "@app.get('/x')\ndef read(p=Depends(need)): ...",
        ["d_a need d_b more d_a need"],
    ),
    "WebSockets have them too": (
        "app = FastAPI(dependencies=[Depends(d_app)])\nr = APIRouter(dependencies=[Depends(d_a)])\n"
        "@r.websocket('/x', dependencies=[Depends(d_1)])\n"
        "async def talk(w: WebSocket, p=Depends(d_p)): ...\napp.include_router(r)",
        ["d_app d_a d_1 d_p"],
    ),
    "a mounted app has its own": (
        "app, sub = FastAPI(dependencies=[Depends(d_app)]), FastAPI(dependencies=[Depends(d_a)])\n"
        "@sub.get('/x')\ndef read(): ...\napp.mount('/sub', sub)",
        ["d_a"],
    ),
    "a tuple of them": (
        "app = FastAPI(dependencies=(Depends(d_app), Depends(d_a)))\n"
        "@app.get('/x')\ndef read(): ...",
        ["d_app d_a"],
    ),
    "None": ("app = FastAPI(dependencies=None)\n@app.get('/x')\ndef read(): ...", [""]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), LEVELS.values(), ids=LEVELS)
def test_dependencies_of_every_level(code: str, expected: list[str], tmp_path: Path) -> None:
    names = ("d_app", "d_outer", "d_a", "d_inner", "d_b", "d_1", "d_2", "d_p")
    functions = "".join(f"def {name}(): ...\n" for name in names)
    assert _agree(HEAD + functions + code, tmp_path) == expected


SCHEMES = {
    "APIKeyHeader": "APIKeyHeader(name='x')",
    "APIKeyQuery": "APIKeyQuery(name='x')",
    "APIKeyCookie": "APIKeyCookie(name='x')",
    "HTTPBasic": "HTTPBasic()",
    "HTTPBearer": "HTTPBearer()",
    "HTTPDigest": "HTTPDigest()",
    "OAuth2": "OAuth2()",
    "OAuth2PasswordBearer": "OAuth2PasswordBearer(tokenUrl='t')",
    "OAuth2AuthorizationCodeBearer": "OAuth2AuthorizationCodeBearer('a', tokenUrl='t')",
    "OpenIdConnect": "OpenIdConnect(openIdConnectUrl='o')",
    "Own": "Own()",
    "Bearer": "Bearer(auto_error=False)",
}


@pytest.mark.parametrize("name", SCHEMES)
def test_security_schemes(name: str, tmp_path: Path) -> None:
    own = (
        "class Own(SecurityBase):\n    def __init__(self): self.model = HTTPBearer().model\n"
        "    def __call__(self, request: Request): ...\n"
        "class Bearer(HTTPBearer):\n    async def __call__(self, request: Request): ...\n"
    )
    code = (
        f"{HEAD}{own}scheme = {SCHEMES[name]}\ndef user(token=Depends(scheme)): ...\n"
        "@app.get('/x', dependencies=[Security(scheme)])\ndef read(u=Depends(user)): ...\n"
    )
    _agree(code, tmp_path)
    (route,) = modelcases.project(code).routes
    assert [each.scheme for each in route.all_dependencies] == [name, name, None]
    assert {each.auto_error for each in route.all_dependencies} == {name != "Bearer", True}


def test_a_dependency_tells_where_it_comes_from() -> None:
    code = (
        HEAD + "app = FastAPI(dependencies=[Depends(one)])\n"
        "r = APIRouter(dependencies=[Depends(one)])\n"
        "@r.get('/x', dependencies=[Depends(one)])\ndef read(n=Depends(two)): ...\n"
        "app.include_router(r, dependencies=[Depends(gen)])\n"
    )
    (route,) = modelcases.project(code).routes
    line = len(HEAD.splitlines())
    assert [_where(each) for each in route.dependencies] == [
        ("app", "", line + 1),
        ("include", "", line + 5),
        ("router", "", line + 2),
        ("route", "", line + 3),
        ("parameter", "n", line + 4),
    ]
    assert [each.parameter for each in route.dependencies[-1].children] == ["a"]


def test_one_dependency_of_many_routes_is_one() -> None:
    code = HEAD + "".join(f"@app.get('/{n}')\ndef f{n}(a=Depends(two)): ...\n" for n in range(3))
    project = modelcases.project(code)
    assert [each.name for each in project.dependencies] == ["main:one", "main:two"]
    functions = {id(each.function) for route in project.routes for each in route.all_dependencies}
    assert len(functions) == 2
    assert len(project.injected) == 5


def test_what_a_dependency_is_may_be_unknown() -> None:
    code = HEAD + "from plugin import guards\n@app.get('/x')\ndef f(a=Depends(guards['x'])): ...\n"
    (route,) = modelcases.project(code).routes
    (found,) = route.all_dependencies
    assert found.function is None
    assert found.children == ()


def test_dependencies_that_need_each_other_end() -> None:
    code = HEAD + "def a(x=None): ...\ndef b(x=Depends(a)): ...\na.__defaults__ = (Depends(b),)\n"
    assert modelcases.project(code).routes == ()
    circle = (
        HEAD + "class A:\n    def __init__(self, b: 'Annotated[B, Depends()]'): ...\n"
        "class B:\n    def __init__(self, a: Annotated[A, Depends()]): ...\n"
        "@app.get('/x')\ndef f(a=Depends(A)): ...\n"
    )
    (route,) = modelcases.project(circle).routes
    assert len(route.all_dependencies) < 100


def _where(dependency: Dependency) -> tuple[str, str, int]:
    return dependency.origin, dependency.parameter, dependency.span.line


def _agree(code: str, where: Path) -> list[str]:
    """The names of each route's dependencies, on which model and FastAPI agree."""
    (where / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(where) as evaluate:
        real = [(each.dependencies, each.schemes) for each in oracle.served(evaluate("main:app"))]
    routes = [each for each in modelcases.project(code).routes if each.app is not None]
    routes = [each for each in routes if each.app and each.app.value is routes[-1].app.value]
    said = [
        (
            tuple(each.name for each in route.all_dependencies),
            tuple(each.scheme for each in route.all_dependencies if each.scheme),
        )
        for route in routes
    ]
    assert said == real
    return [" ".join(name.removeprefix("main:") for name in names) for names, _ in said]
