"""What runs before a handler, and in which order. FastAPI judges each of these projects."""

from __future__ import annotations

import inspect
from pathlib import Path

import modelcases
import oracle
import pytest
from fastapi.security import api_key, http, oauth2, open_id_connect_url
from fastapi.security.base import SecurityBase

from fastlint.model.knowledge import Knowledge
from fastlint.model.serving.dependencies import SECURITY_BASE, Dependency

HEAD = """\
from dataclasses import dataclass
from functools import lru_cache, partial, wraps
from typing import Annotated, Generic, TypeVar
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Security, WebSocket
from fastapi.security import (
    APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, HTTPDigest, OAuth2,
    OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect, SecurityScopes,
)
from fastapi.security.base import SecurityBase
from pydantic import BaseModel
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
    "chosen by arguments": (
        "a=Depends(Chosen('x').pick()), b=Depends(Chosen(None).pick())",
        "class Chosen:\n    def __init__(self, role): self.role = role\n"
        "    def pick(self):\n        def strict(n: int = Depends(two)): ...\n"
        "        def lax(): ...\n        if self.role:\n            return strict\n"
        "        return lax",
    ),
    "methods that hand out others": (
        "a=Depends(first.guard()), b=Depends(second.guard())",
        "class Gate:\n    def __init__(self, inner): self.inner = inner\n"
        "    def guard(self): return self.inner\nfirst, second = Gate(one), Gate(two)",
    ),
    "below each other in factories": (
        "a=Depends(outer(one)), b=Depends(outer(outer(gen)))",
        "def outer(found):\n    def inner(n=Depends(found)): ...\n    return inner",
    ),
    "a factory with a default": (
        "a=Depends(make())",
        "def make(found=two):\n    async def inner(n=Depends(found)): ...\n    return inner",
    ),
    "an object with a guard inside": (
        "a=Depends(Needs(two)), b=Depends(Needs(one))",
        "class Needs:\n    def __init__(self, found): self.found = found\n"
        "    def __call__(self, n: int = 1): ...",
    ),
    "a union, which loses it": ("a: Value | None = None", "Value = Annotated[int, Depends(one)]"),
    "in quotes": (
        "a: 'Value', b: 'Annotated[int, Depends(gen)]'", "Value = Annotated[int, Depends(two)]",
    ),
    "a model": ("a: Annotated[Model, Depends()]", "class Model(BaseModel):\n    x: int = 1"),
    "a model with a dependency": (
        "a: Annotated[Model, Depends()]",
        "class Model(BaseModel):\n    x: Annotated[int, Depends(one)]",
    ),
    "a dataclass": (
        "a=Depends(Both)",
        "@dataclass\nclass Both:\n    x: int = Depends(one)\n"
        "    y: Annotated[int, Depends(gen)] = 1",
    ),
    "bases in the order of Python": (
        "a=Depends(Child)",
        "class Top:\n    def __init__(self, n=Depends(one)): ...\nclass Left(Top): ...\n"
        "class Right(Top):\n    def __init__(self, n=Depends(gen)): ...\n"
        "class Child(Left, Right): ...",
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
    "what is appended later is not for the routes that are there": (
        "app, r = FastAPI(), APIRouter()\n@r.get('/a')\ndef a(): ...\n"
        "r.dependencies.append(Depends(d_a))\n@r.get('/b')\ndef b(): ...\n"
        "app.include_router(r)\n@app.get('/c')\ndef c(): ...\n"
        "app.router.dependencies.append(Depends(d_app))\n@app.get('/d')\ndef d(): ...\n"
        "app.include_router(r, prefix='/again')",
        ["", "d_a", "", "d_app", "d_app", "d_app d_a"],
    ),
    "what is assigned later": (
        "app, r = FastAPI(), APIRouter(dependencies=[Depends(d_a)])\n"
        "@r.get('/a')\ndef a(): ...\nr.dependencies = []\n@r.get('/b')\ndef b(): ...\n"
        "app.include_router(r)",
        ["d_a", ""],
    ),
    "a list is copied": (
        "deps = []\napp, r = FastAPI(dependencies=deps), APIRouter()\n"
        "@r.get('/a', dependencies=deps)\ndef a(): ...\n"
        "app.include_router(r, dependencies=deps)\ndeps.append(Depends(d_app))\n"
        "@app.get('/x')\ndef read(): ...",
        ["", ""],
    ),
    "a route that is made by hand has its own": (
        "from fastapi.routing import APIRoute\ndef read(): ...\n"
        "app = FastAPI(dependencies=[Depends(d_app)], routes=[APIRoute('/x', read)])\n"
        "app.router.routes.append(APIRoute('/y', read, dependencies=[Depends(d_1)]))",
        ["", "d_1"],
    ),
    "what is taken out of a list again": (
        "def read(): ...\napp = FastAPI()\n"
        "r = APIRouter(dependencies=[Depends(d_a), Depends(d_b)])\n"
        "r.dependencies.pop(0)\nr.get('/x')(read)\napp.include_router(r)",
        ["d_b"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), LEVELS.values(), ids=LEVELS)
def test_dependencies_of_every_level(code: str, expected: list[str], tmp_path: Path) -> None:
    names = ("d_app", "d_outer", "d_a", "d_inner", "d_b", "d_1", "d_2", "d_p")
    functions = "".join(f"def {name}(): ...\n" for name in names)
    assert _agree(HEAD + functions + code, tmp_path) == expected


@pytest.mark.parametrize(
    "change",
    [
        "if os.getenv('X'):\n    r.dependencies.append(Depends(two))",
        "if os.getenv('X'):\n    r.dependencies += [Depends(two)]",
        "if os.getenv('X'):\n    r.dependencies = [Depends(two)]",
        "r.dependencies.append(Depends(two))\nr.dependencies.pop(load())",
    ],
)
def test_what_may_be_in_a_list_is_not_claimed(change: str) -> None:
    code = f"{HEAD}import os\nr = APIRouter()\n{change}\n@r.get('/x')\ndef read(): ...\n"
    (route,) = modelcases.project(f"{code}app.include_router(r)\n").routes
    assert route.all_dependencies == ()
    assert route.unknown == ("some of `dependencies=` are not known",)


OWN = """
from fastapi.routing import APIRoute
class Own(APIRoute):
    def __init__(self, path, endpoint, **kw):
        {0}
        super().__init__(path, endpoint, **kw)
        {1}
r = APIRouter(route_class=Own, dependencies=[Depends(one)], tags=["r"])
@r.get("/x", dependencies=[Depends(gen)], tags=["x"])
def read(): ...
app.include_router(r)
"""


@pytest.mark.parametrize(
    "before",
    [
        "kw.pop('dependencies')",
        "kw['dependencies'] = []",
        "kw['dependencies'] = [Depends(two)]",
        "kw['tags'] = []",
    ],
)
def test_a_route_class_changes_what_is_asked_for(before: str, tmp_path: Path) -> None:
    code = HEAD + OWN.format(before, "pass")
    _agree(code, tmp_path)
    (route,) = modelcases.project(code).routes
    assert route.metadata.tags == (() if "tags" in before else ("r", "x"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pass", "self.dependencies = []"),
        ("pass", "self.dependencies.clear()"),
        ("pass", "self.dependant.dependencies.clear()"),
        ("if open(path).read(): kw['dependencies'] = [Depends(one)]", "pass"),
    ],
)
def test_what_a_route_class_may_take_away_is_not_claimed(before: str, after: str) -> None:
    (route,) = modelcases.project(HEAD + OWN.format(before, after)).routes
    assert route.all_dependencies == ()
    assert "`dependencies=` is not known" in route.unknown


def test_an_app_with_another_router_is_not_known() -> None:
    code = (
        HEAD + "app = FastAPI(dependencies=[Depends(one)])\n@app.get('/a')\ndef a(): ...\n"
        "app.router = APIRouter()\n@app.get('/b')\ndef b(): ...\n"
    )
    for route in modelcases.project(code).routes:
        assert route.all_dependencies == ()
        assert "`dependencies=` is not known" in route.unknown


def test_what_only_a_type_checker_sees_does_not_run(tmp_path: Path) -> None:
    code = (
        HEAD + "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    g, r = one, APIRouter(prefix='/a')\n"
        "else:\n    g, r = gen, APIRouter(prefix='/b')\n"
        "if not TYPE_CHECKING:\n    h = two\nelse:\n    h = one\n"
        "@r.get('/x', dependencies=[Depends(g), Depends(h)])\ndef read(): ...\n"
        "app.include_router(r)\n"
    )
    assert _agree(code, tmp_path) == ["gen one two"]


def test_a_scheme_that_a_star_brings(tmp_path: Path) -> None:
    code = (
        "from fastapi import *\nfrom fastapi.security import *\nclass Own(HTTPBearer): ...\n"
        "own = Own()\napp = FastAPI()\n"
        "@app.get('/x', dependencies=[Depends(own)])\ndef read(): ...\n"
    )
    _agree(code, tmp_path)
    (route,) = modelcases.project(code).routes
    assert [each.scheme for each in route.all_dependencies] == ["Own"]


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


VIEWS = """
router = APIRouter(prefix="/p")
class Base:
    here: int = Depends(one)
    lost: Annotated[int, Depends(gen)] = 1
@cbv(router)
class View(Base):
    below: int = Depends(two)
    def __init__(self, n=Depends(gen)): ...
    @router.get("/x")
    def read(self, a: int, own=Depends(three)): ...
    @staticmethod
    def plain(): ...
app.include_router(router)
"""


@pytest.mark.parametrize("library", ["fastapi_utils", "fastapi_restful"])
def test_class_based_views_of_libraries(library: str) -> None:
    """As the library's own decorator makes them (fastapi-utils 0.8, fastapi-restful 0.6)."""
    project = modelcases.project(f"{HEAD}from {library}.cbv import cbv\n{VIEWS}")
    route = modelcases.route(project, "GET /p/x")
    names = [each.name.removeprefix("main:") for each in route.all_dependencies]
    assert names == ["gen", "one", "one", "two", "View", "one", "two", "one", "three"]
    assert [each.parameter for each in route.dependencies] == ["self", "own"]
    assert {p.name: p.source for p in route.all_params if p.source == "query"} == {
        "a": "query",
        "lost": "query",
    }


def test_a_class_whose_decorator_asks_for_no_object_is_no_view() -> None:
    code = (
        HEAD + "def note(cls):\n    return cls\n@note\nclass View:\n"
        "    @app.get('/x')\n    def read(self, a: int): ...\n"
    )
    (route,) = modelcases.project(code).routes
    assert route.all_dependencies == ()
    assert [(each.name, each.source) for each in route.params] == [
        ("self", "query"),
        ("a", "query"),
    ]


def test_a_base_that_was_not_there_yet_is_found_in_the_end(tmp_path: Path) -> None:
    """Whoever is asked first, modules that import each other end up with the same classes."""
    files = {
        "a.py": "import fastapi\nimport b\nfrom pydantic import BaseModel\n"
        "class Base(BaseModel):\n    x: int = 1\n",
        "b.py": "from a import Base\nclass Child(Base):\n    y: int = 2\n",
        "main.py": "from b import Child\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\n"
        "@app.get('/')\ndef read(both: Child = Depends()): ...\n",
    }
    modelcases.judged(files, tmp_path)  # Python starts with main
    (route,) = modelcases.project(files).routes
    assert [each.name for each in route.all_params] == ["both", "x", "y"]
    assert route.unknown == ()


def test_a_model_with_a_base_from_outside_may_ask_for_more() -> None:
    code = (
        HEAD + "from plugin import Base\nclass Page(Base):\n    x: int = 1\n"
        "@app.get('/x')\ndef f(page: Annotated[Page, Depends()]): ...\n"
    )
    (route,) = modelcases.project(code).routes
    assert route.unknown == ("the dependency `main:Page`: not all that it asks for is known",)


CONDITIONS = {
    "functions": "if os.environ['X']:\n    guard = one\nelse:\n    guard = two\n",
    "markers": "guard = one\nif os.environ['X']:\n    guard = two\n",
    "what a function returns": (
        "def pick():\n    if os.environ['X']:\n        return one\n    return two\nguard = pick()\n"
    ),
}


@pytest.mark.parametrize("setup", CONDITIONS.values(), ids=CONDITIONS)
def test_of_two_dependencies_none_is_chosen(setup: str) -> None:
    code = f"import os\n{HEAD}{setup}@app.get('/x', dependencies=[Depends(guard)])\ndef f(): ...\n"
    (route,) = modelcases.project(code).routes
    assert [each.name for each in route.all_dependencies] == ["?"]
    assert route.unknown == ("it depends on a condition",)


def test_of_two_routers_none_is_chosen() -> None:
    code = (
        f"import os\n{HEAD}router = APIRouter(dependencies=[Depends(one)])\nif os.environ['X']:\n"
        "    router = APIRouter(dependencies=[Depends(one), Depends(two)])\n"
        "@router.get('/x')\ndef f(): ...\napp.include_router(router)\n"
    )
    (route,) = modelcases.project(code).routes
    assert [each.name for each in route.dependencies] == ["main:one"]
    assert route.unknown == ("which of two routers this is depends on a condition",)


def test_an_enumerations_default_in_the_environment_decides() -> None:
    """As the app is built where the variable is not set."""
    code = (
        "import enum\nfrom starlette.config import Config\n"
        f"{HEAD}class Where(enum.Enum):\n    HERE = 'here'\n    THERE = 'there'\n"
        "config = Config('.env')\nwhere = config('WHERE', default=Where.HERE)\n"
        "router = APIRouter()\nif where != Where.HERE:\n"
        "    router = APIRouter(dependencies=[Depends(one)])\n"
        "@router.get('/x')\ndef f(): ...\napp.include_router(router)\n"
    )
    (route,) = modelcases.project(code).routes
    assert route.all_dependencies == ()
    assert route.unknown == ()


def test_what_is_looked_at_changes_no_module() -> None:
    code = (
        HEAD + "guard = one\nclient = None\ndef swap():\n    global guard, client\n"
        "    guard = two\n    client = APIRouter()\n"
        "@app.get('/x')\ndef f(n=Depends(swap)): ...\n"
    )
    project = modelcases.project(code)
    (route,) = project.routes
    frame = project.machine.frames["main.py"]
    before = frame.namespace["guard"]
    assert [call.node for each in route.all_dependencies for call in each.function.calls]
    assert frame.namespace["guard"] is before


def test_one_method_of_two_objects_is_two_functions() -> None:
    code = (
        HEAD + "class Store:\n    def __init__(self, made): self.made = made\n"
        "    def get(self): return self.made\nclass A: ...\nclass B: ...\n"
        "a, b = Store(A()), Store(B())\n"
        "@app.get('/x')\ndef f(n=Depends(a.get), m=Depends(b.get)): ...\n"
    )
    (route,) = modelcases.project(code).routes
    returned = [each.function.returns[0].value for each in route.dependencies if each.function]
    assert [each.cls.node.name for each in returned] == ["A", "B"]


def test_what_a_dependency_is_may_be_unknown() -> None:
    code = HEAD + "from plugin import guards\n@app.get('/x')\ndef f(a=Depends(guards['x'])): ...\n"
    (route,) = modelcases.project(code).routes
    (found,) = route.all_dependencies
    assert found.function is None
    assert found.children == ()
    assert route.unknown == found.unknown


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


def test_every_security_scheme_of_fastapi_is_one() -> None:
    modules = (api_key, http, oauth2, open_id_connect_url)
    schemes = [
        each
        for module in modules
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, SecurityBase) and each is not SecurityBase
    ]
    assert len(schemes) > len(modules)
    knowledge = Knowledge()
    for each in schemes:
        name = knowledge.canonical(f"{each.__module__}.{each.__qualname__}")
        assert knowledge.derives(name, SECURITY_BASE), name


def test_a_scheme_of_its_own_derives_from_the_base_of_api_keys(tmp_path: Path) -> None:
    code = (
        "from fastapi import Depends, FastAPI, Request\n"
        "from fastapi.openapi.models import APIKey, APIKeyIn\n"
        "from fastapi.security.api_key import APIKeyBase\n"
        "class Header(APIKeyBase):\n"
        "    def __init__(self):\n"
        "        self.model = APIKey(**{'in': APIKeyIn.header}, name='Authorization')\n"
        "        self.scheme_name = 'Header'\n"
        "    async def __call__(self, request: Request): ...\n"
        "app = FastAPI()\n"
        "@app.get('/')\ndef read(key=Depends(Header())): ...\n"
    )
    modelcases.written({"main.py": code}, tmp_path)
    with oracle.imported(tmp_path) as evaluate:
        (served,) = oracle.served(evaluate("main:app"))
    (route,) = modelcases.project(code).routes
    assert served.schemes == ("Header",)
    assert [each.scheme for each in route.dependencies] == ["Header"]


EITHER_CLASS = """
from typing import Union
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

class Auth:
    def __init__(self): self.scheme = HTTPBearer()
    def guard(self):
        def check(token=Depends(self.scheme)): ...
        return check
class Local(Auth): ...
class Remote(Auth): ...
class Own(Auth):
    def guard(self):
        def own(): ...
        return own
class Providers:
    auth: {declared}
    def __init__(self, auth): self.auth = auth
class Items:
    def __init__(self, providers: Providers):
        self.providers, self.router = providers, APIRouter()
        self.add()
    def add(self):
        @self.router.get('/x', dependencies=[Depends(self.providers.auth.guard())])
        def x(): ...
def make(settings) -> FastAPI:
    providers: Providers = load(settings)
    app = FastAPI()
    app.include_router(Items(providers).router)
    return app
def load(settings) -> Providers:
    return settings()
app = make(lambda: Providers(Local()))
"""


@pytest.mark.parametrize("declared", ["Local | Remote", "Union[Local, Remote]"])
def test_a_method_that_either_of_two_classes_inherits(declared: str, tmp_path: Path) -> None:
    # Nobody sees which of them it is: what `load` gives is known by its annotations alone.
    code = EITHER_CLASS.format(declared=declared).replace(
        "app = make(lambda: Providers(Local()))", "import outside\napp = make(outside.get())"
    )
    outside = "def get():\n    import main\n    return lambda: main.Providers(main.Local())\n"
    modelcases.written({"main.py": code, "outside.py": outside}, tmp_path)
    with oracle.imported(tmp_path) as evaluate:
        (served,) = oracle.served(evaluate("main:app"))
    (route,) = modelcases.project(code).routes
    assert [each.name for each in route.all_dependencies] == [
        each.replace("fastapi.security.http", "fastapi.security") for each in served.dependencies
    ]
    assert route.unknown == ()


def test_a_method_that_one_of_two_classes_has_of_its_own_is_not_known() -> None:
    code = EITHER_CLASS.format(declared="Local | Own").replace(
        "app = make(lambda: Providers(Local()))", "import outside\napp = make(outside.get())"
    )
    (route,) = modelcases.project(code).routes
    assert route.unknown


def test_looking_for_who_sets_a_name_runs_no_module_too_early() -> None:
    files = {
        "state.py": "current = None\n",
        "guards.py": "import os\nimport state\nfrom fastapi import APIRouter\n"
        "own = APIRouter()\nclass Ask:\n    def __init__(self) -> None:\n"
        "        self.current = state.current\nmade: Ask = os.made()\nkept = made.current\n"
        "def require() -> int:\n    return 1\n",
        "wiring.py": "import state\nfrom fastapi import APIRouter, Depends\n"
        "from guards import require\nrouter = APIRouter(dependencies=[Depends(require)])\n"
        "@router.get('/x')\ndef read() -> None: ...\ndef wire():\n    state.current = require\n",
        "main.py": "import guards\nfrom wiring import router\nfrom fastapi import FastAPI\n"
        "app = FastAPI()\napp.include_router(router)\n",
    }
    (dependency,) = modelcases.route(modelcases.project(files), "GET /x").dependencies
    assert dependency.name == "guards:require"
