"""From registrations to routes. FastAPI judges: every project here is imported for real as well."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

from fastlint.model.project import Project

HEAD = "from fastapi import APIRouter, Depends, FastAPI, WebSocket\napp = FastAPI()\n"

REGISTRATIONS = {
    "every method": (
        "".join(
            f"@app.{method}('/{method}')\ndef {method}_it(): ...\n"
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        ),
        [
            f"{method.upper()} /{method} {method}_it"
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        ],
    ),
    "path by keyword": ("@app.get(path='/a')\ndef f(): ...", ["GET /a f"]),
    "several decorators on one function, from the bottom up": (
        "@app.get('/a')\n@app.post('/b')\ndef f(): ...",
        ["POST /b f", "GET /a f"],
    ),
    "api_route": (
        "@app.api_route('/a', methods=['get', 'POST'])\ndef f(): ...\n"
        "@app.api_route('/b')\ndef g(): ...",
        ["GET|POST /a f", "GET /b g"],
    ),
    "add_api_route": (
        "def f(): ...\napp.add_api_route('/a', f)\n"
        "app.add_api_route(path='/b', endpoint=f, methods={'PUT'})\n",
        ["GET /a f", "PUT /b f"],
    ),
    "WebSockets": (
        "@app.websocket('/a')\nasync def f(w: WebSocket): ...\n"
        "app.add_api_websocket_route('/b', f)\napp.router.websocket('/c')(f)",
        ["WebSocket /a f", "WebSocket /b f", "WebSocket /c f"],
    ),
    "a decorator by hand": ("def f(): ...\ng = app.get('/a')(f)\napp.post('/b')(g)",
                            ["GET /a f", "POST /b f"]),
    "a decorator that was kept": (
        "get = app.get\non_a = get('/a')\ndef f(): ...\ndef g(): ...\non_a(f)\non_a(g)",
        ["GET /a f", "GET /a g"],
    ),
    "a method": (
        "class C:\n    def m(self): ...\n    @staticmethod\n    def s(): ...\nc = C()\n"
        "app.get('/m')(c.m)\napp.get('/s')(C.s)",
        ["GET /m C.m", "GET /s C.s"],
    ),
    "the app's own router": ("@app.router.get('/a')\ndef f(): ...", ["GET /a f"]),
    "a wrapped function": (
        "from functools import wraps\n"
        "def log(f):\n    @wraps(f)\n    def inner(*a, **k): return f(*a, **k)\n    return inner\n"
        "@app.get('/a')\n@log\ndef f(): ...",
        ["GET /a f"],
    ),
    "a decorator above, which the route does not see": (
        "def log(f):\n    def inner(): return f()\n    return inner\n"
        "@log\n@app.get('/a')\ndef f(): ...",
        ["GET /a f"],
    ),
    "the project's own decorator": (
        "def serve(path):\n    def register(f):\n        app.get(path)(f)\n        return f\n"
        "    return register\n@serve('/a')\ndef f(): ...",
        ["GET /a f"],
    ),
    "a decorator that is given the router's method": (
        "def both(method, path):\n    def register(f):\n"
        "        return method(path)(method(path + '/')(f))\n    return register\n"
        "@both(app.get, '/a')\ndef f(): ...",
        ["GET /a/ f", "GET /a f"],
    ),
    "under a condition that is known": (
        "DEBUG = False\nif DEBUG:\n    @app.get('/debug')\n    def f(): ...\n"
        "else:\n    @app.get('/live')\n    def f(): ...",
        ["GET /live f"],
    ),
    "in try": (
        "try:\n    @app.get('/a')\n    def f(): ...\n"
        "finally:\n    @app.get('/b')\n    def g(): ...",
        ["GET /a f", "GET /b g"],
    ),
    "a closure": (
        "def make(n):\n    def f(): return n\n    return f\n"
        "for n in (1, 2):\n    app.get(f'/{n}')(make(n))",
        ["GET /1 make.<locals>.f", "GET /2 make.<locals>.f"],
    ),
}  # fmt: skip

INCLUDES = {
    "prefixes from the outside in": (
        "a, b = APIRouter(prefix='/a'), APIRouter(prefix='/b')\n@b.get('/x')\ndef f(): ...\n"
        "a.include_router(b, prefix='/ab')\napp.include_router(a, prefix='/app')",
        ["GET /app/a/ab/b/x f"],
    ),
    "an empty path": (
        "r = APIRouter(prefix='/r')\n@r.get('')\ndef f(): ...\napp.include_router(r)",
        ["GET /r f"],
    ),
    "twice": (
        "r = APIRouter()\n@r.get('/x')\ndef f(): ...\n"
        "app.include_router(r, prefix='/1')\napp.include_router(router=r, prefix='/2')",
        ["GET /1/x f", "GET /2/x f"],
    ),
    "at the place of the include": (
        "r = APIRouter()\n@app.get('/a')\ndef a(): ...\napp.include_router(r)\n"
        "@app.get('/c')\ndef c(): ...\n@r.get('/b')\ndef b(): ...",
        ["GET /a a", "GET /b b", "GET /c c"],
    ),
    "two routers of one name": (
        "r = APIRouter(prefix='/1')\n@r.get('/x')\ndef f(): ...\napp.include_router(r)\n"
        "r = APIRouter(prefix='/2')\n@r.get('/x')\ndef g(): ...\napp.include_router(r)",
        ["GET /1/x f", "GET /2/x g"],
    ),
    "a chain of assignments": (
        "a = b = APIRouter()\n@a.get('/x')\ndef f(): ...\napp.include_router(b)", ["GET /x f"],
    ),
    "options by **": (
        "r = APIRouter()\n@r.get('/x')\ndef f(): ...\no = {'prefix': '/o'}\n"
        "app.include_router(r, **o, tags=['t'])",
        ["GET /o/x f"],
    ),
    "in a loop over routers, pairs, names": (
        "def make(n):\n    r = APIRouter(prefix='/' + n)\n    r.get('/x')(handler)\n    return r\n"
        "def handler(): ...\n"
        "for r in (make('a'), make('b')): app.include_router(r)\n"
        "for p, r in {'/p': make('c')}.items(): app.include_router(r, prefix=p)\n"
        "for i, r in enumerate([make('d')]): app.include_router(r, prefix=f'/{i}')\n"
        "for r, p in zip([make('e')], ['/z']): app.include_router(r, prefix=p)\n"
        "[app.include_router(make(n)) for n in 'fg']",
        ["GET /a/x handler", "GET /b/x handler", "GET /p/c/x handler", "GET /0/d/x handler",
         "GET /z/e/x handler", "GET /f/x handler", "GET /g/x handler"],
    ),
    "in a helper that is called twice": (
        "def add(app, prefix, **options):\n"
        "    app.include_router(make(), prefix=prefix, **options)\n"
        "def make():\n    r = APIRouter()\n    @r.get('/x')\n    def f(): ...\n    return r\n"
        "add(app, '/1')\nadd(app=app, prefix='/2', tags=['t'])",
        ["GET /1/x make.<locals>.f", "GET /2/x make.<locals>.f"],
    ),
    "in a registry": (
        "ROUTERS = []\ndef register(r):\n    ROUTERS.append(r)\n    return r\n"
        "a = register(APIRouter(prefix='/a'))\nb = register(APIRouter(prefix='/b'))\n"
        "@a.get('/x')\ndef f(): ...\n@b.get('/x')\ndef g(): ...\n"
        "for r in ROUTERS: app.include_router(r)",
        ["GET /a/x f", "GET /b/x g"],
    ),
    "a mounted app under the path, in its place": (
        "sub = FastAPI()\n@sub.get('/x')\ndef f(): ...\n@app.get('/first')\ndef g(): ...\n"
        "app.mount('/sub', sub)\n@app.get('/last')\ndef h(): ...",
        ["GET /first g", "GET /sub/x f", "GET /last h"],
    ),
    "a mount in a mount": (
        "sub, deep = FastAPI(), FastAPI()\n@deep.get('/x')\ndef f(): ...\n"
        "sub.mount('/deep', deep)\napp.mount('/sub', app=sub)",
        ["GET /sub/deep/x f"],
    ),
}  # fmt: skip

CLASSES = {
    "a router subclass": (
        "class R(APIRouter): ...\nr = R(prefix='/r')\n@r.get('/x')\ndef f(): ...\n"
        "app.include_router(r)",
        ["GET /r/x f"],
    ),
    "a router subclass with its own __init__": (
        "class R(APIRouter):\n    def __init__(self, name, **o):\n"
        "        super().__init__(prefix=f'/{name}', **o)\n        self.get('/own')(self.own)\n"
        "    def own(self): ...\n"
        "r = R('r', tags=['t'])\n@r.get('/x')\ndef f(): ...\napp.include_router(r)",
        ["GET /r/own R.own", "GET /r/x f"],
    ),
    "a router subclass that registers in its own way": (
        "class R(APIRouter):\n    def add_api_route(self, path, endpoint, **o):\n"
        "        if path.endswith('/'):\n"
        "            super().add_api_route(path[:-1], endpoint, **o)\n"
        "        super().add_api_route('/own' + path, endpoint, **o)\n"
        "r = R()\n@r.post('/x')\ndef f(): ...\nr.add_api_route('/y', f, methods=['PUT'])\n"
        "app.include_router(r)",
        ["POST /own/x f", "PUT /own/y f"],
    ),
    "a router subclass whose decorators do more": (
        "class R(APIRouter):\n    def api_route(self, path, **o):\n"
        "        given, slash = super().api_route(path, **o), super().api_route(path + '/', **o)\n"
        "        return lambda f: given(slash(f))\n"
        "r = R()\n@r.delete('/x')\ndef f(): ...\napp.include_router(r)",
        ["DELETE /x/ f", "DELETE /x f"],
    ),
    "an app subclass": (
        "class App(FastAPI):\n    def __init__(self, **o):\n        super().__init__(**o)\n"
        "        self.include_router(r)\n"
        "r = APIRouter()\n@r.get('/x')\ndef f(): ...\napp = App(title='t')",
        ["GET /x f"],
    ),
    "a class that keeps its router": (
        "class Api:\n    def __init__(self, prefix):\n"
        "        self.router = APIRouter(prefix=prefix)\n"
        "        self.router.add_api_route('/x', self.x)\n    def x(self): ...\n"
        "class Special(Api):\n    def x(self): ...\n"
        "for api in (Api('/a'), Special('/s')): app.include_router(api.router)",
        ["GET /a/x Api.x", "GET /s/x Special.x"],
    ),
    "a class attribute": (
        "class Api:\n    router = APIRouter(prefix='/api')\n    @router.get('/x')\n"
        "    def f(): ...\napp.include_router(Api.router)",
        ["GET /api/x Api.f"],
    ),
    "attributes set from outside": (
        "class State: ...\nState.app = app\n@State.app.get('/x')\ndef f(): ...", ["GET /x f"],
    ),
}  # fmt: skip

ALL = {**REGISTRATIONS, **INCLUDES, **CLASSES}


@pytest.mark.parametrize(("code", "expected"), ALL.values(), ids=ALL)
def test_routes_stand_where_fastapi_serves_them(
    code: str, expected: list[str], tmp_path: Path
) -> None:
    files = {"main.py": HEAD + code}
    project = modelcases.project(files)
    assert modelcases.judged(files, tmp_path) == expected
    assert modelcases.table(project) == expected
    assert project.coverage.unknown == ()


FACTORIES = {
    "a function": ("def create_app():\n    app = FastAPI()\n{}\n    return app", "create_app()"),
    "with parameters": (
        "def create_app(debug: bool = False, *, name: str = 'x') -> FastAPI:\n"
        "    app = FastAPI(title=name)\n{}\n    return app",
        "create_app()",
    ),
    "async": ("async def create_app():\n    app = FastAPI()\n{}\n    return app", None),
    "a class method": (
        "class Builder:\n    @classmethod\n    def build(cls):\n        app = FastAPI()\n    {}\n"
        "        return app",
        "Builder.build()",
    ),
    "a method of an object": (
        "class Builder:\n    def build(self):\n        app = FastAPI()\n    {}\n        return app",
        "Builder().build()",
    ),
}


@pytest.mark.parametrize(("code", "target"), FACTORIES.values(), ids=FACTORIES)
def test_a_factory_that_nobody_calls_is_followed(
    code: str, target: str | None, tmp_path: Path
) -> None:
    files = {
        "main.py": "from fastapi import FastAPI\nfrom items import router\n"
        + code.format("    app.include_router(router, prefix='/v1')"),
        "items.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
        "@router.get('/x')\ndef f(): ...\n",
    }
    expected = ["GET /v1/x f"]
    assert modelcases.table(modelcases.project(files)) == expected
    if target is not None:
        assert modelcases.judged(files, tmp_path, f"main:{target}") == expected


def test_a_factory_of_a_class_of_ones_own_is_followed() -> None:
    files = {
        "main.py": "from base import Api\n\ndef create(config):\n    api = Api(config)\n"
        "    @api.get('/x')\n    async def f(): ...\n    return api\n",
        "base.py": "from fastapi import FastAPI\n\nclass Api(FastAPI):\n"
        "    def __init__(self, config):\n        super().__init__(title=config.title)\n",
    }
    assert modelcases.table(modelcases.project(files)) == ["GET /x create.<locals>.f"]


def test_a_router_is_known_by_the_place_where_it_is_made() -> None:
    project = modelcases.project(
        {
            "main.py": HEAD + "import a, b\napp.include_router(a.router)\n"
            "app.include_router(b.router)",
            "a.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
            "@router.get('/a')\ndef f(): ...",
            "b.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
            "@router.get('/b')\ndef f(): ...",
        }
    )
    assert sorted(each.id for each in project.routers) == ["a:router", "b:router", "main:app"]
    assert [each.router.id for each in project.routes] == ["a:router", "b:router"]
    assert [(s.path, s.line) for s in (each.span for each in project.routes)] == [
        ("a.py", 3),
        ("b.py", 3),
    ]


def test_the_way_to_a_route_is_told() -> None:
    project = modelcases.project(
        HEAD + "a, b = APIRouter(), APIRouter(prefix='/b')\n@b.get('/x')\ndef f(): ...\n"
        "a.include_router(b)\napp.include_router(a, prefix='/a')\n"
    )
    found = modelcases.route(project, "GET /a/b/x")
    assert [(step.span.line, step.prefix, step.router.id) for step in found.steps] == [
        (7, "/a", "main:a"),
        (6, "", "main:b"),
    ]


def test_a_router_that_no_app_includes_keeps_its_routes() -> None:
    project = modelcases.project(HEAD + "r = APIRouter(prefix='/r')\n@r.get('/x')\ndef f(): ...\n")
    (found,) = project.routes
    assert (found.app, found.path, found.unknown) == (None, "/r/x", ())


def test_a_router_that_includes_itself_ends() -> None:
    project = modelcases.project(HEAD + "r = APIRouter()\n@r.get('/x')\ndef f(): ...\n"
                                 "r.include_router(r)\napp.include_router(r)\n")  # fmt: skip
    assert modelcases.table(project) == ["GET /x f"]


def test_several_apps_have_their_own_routes() -> None:
    project = modelcases.project(
        HEAD + "other = FastAPI()\nr = APIRouter()\n@r.get('/x')\ndef f(): ...\n"
        "app.include_router(r, prefix='/one')\nother.include_router(r, prefix='/two')\n"
    )
    assert [(each.app.id if each.app else None, each.path) for each in project.routes] == [
        ("main:app", "/one/x"),
        ("main:other", "/two/x"),
    ]
    assert len(project.operations) == 1


UNKNOWN = {
    "a handler from outside": (
        "from plugin import f\napp.get('/x')(f)", "its handler is in `plugin`, not in the project",
    ),
    "methods known at run time": (
        "import os\n@app.api_route('/x', methods=os.environ['M'].split())\ndef f(): ...",
        "the methods are not known",
    ),
    "options known at run time": (
        "import json\n@app.get('/x', **json.load(open('o')))\ndef f(): ...",
        "the decorator is given `**`",
    ),
    "include options known at run time": (
        "import json\nr = APIRouter()\n@r.get('/x')\ndef f(): ...\n"
        "app.include_router(r, **json.load(open('o')))",
        "`include_router` is given `**`",
    ),
    "dependencies known at run time": (
        "from plugin import guards\n@app.get('/x', dependencies=guards)\ndef f(): ...",
        "`dependencies=` is not known",
    ),
    "one dependency among others": (
        "from plugin import guard\ndef g(): ...\n"
        "@app.get('/x', dependencies=[Depends(g), *guard])\ndef f(): ...",
        "some of `dependencies=` are not known",
    ),
    "a router that a caller hands over": (
        "def add(router: APIRouter):\n    @router.get('/x')\n    def f(): ...",
        "which router this is",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "reason"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_of_a_route_is_said(code: str, reason: str) -> None:
    (found,) = modelcases.project(HEAD + code).routes
    assert reason in " ".join(found.unknown)


def test_nothing_is_followed_without_end() -> None:
    code = "def f(n):\n    app.get(f'/{n}')(g)\n    return f(n + 1)\ndef g(): ...\nf(0)\n"
    assert _count(modelcases.project(HEAD + code)) < 100
    forever = "while True:\n    app.get('/x')(g)\n"
    assert _count(modelcases.project(HEAD + "def g(): ...\n" + forever)) == 1
    many = "for n in range(10**9):\n    app.get('/x')(g)\n"
    assert _count(modelcases.project(HEAD + "def g(): ...\n" + many)) <= 1


def _count(project: Project) -> int:
    return len(project.routes)


def test_a_method_that_is_listed_twice_is_one() -> None:
    code = (
        "from fastapi import FastAPI\napp = FastAPI()\n"
        "@app.api_route('/x', methods=['GET', 'get', 'POST'])\ndef x(): ...\n"
    )
    assert modelcases.table(modelcases.project(code)) == ["GET|POST /x x"]


def test_what_and_and_or_do_not_evaluate_is_not_registered() -> None:
    code = (
        "from fastapi import FastAPI\napp = FastAPI()\ndef x(): ...\n"
        "False and app.add_api_route('/a', x)\nTrue or app.add_api_route('/b', x)\n"
        "True and app.add_api_route('/c', x)\nFalse or app.add_api_route('/d', x)\n"
    )
    assert modelcases.table(modelcases.project(code)) == ["GET /c x", "GET /d x"]


def test_dots_in_folders_that_are_no_packages_by_a_file(tmp_path: Path) -> None:
    files = {
        "app/main.py": "from fastapi import FastAPI\nfrom . import users\nfrom .api import items\n"
        "app = FastAPI()\napp.include_router(items.router)\napp.include_router(users.router)\n",
        "app/prefix.py": "PREFIX = '/p'\n",
        "app/users.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
        "@router.get('/users')\ndef users(): ...\n",
        "app/api/items.py": "from fastapi import APIRouter\nfrom ..prefix import PREFIX\n"
        "router = APIRouter(prefix=PREFIX)\n@router.get('/items')\ndef items(): ...\n",
    }
    real = modelcases.judged(files, tmp_path, "app.main:app")
    assert real == ["GET /p/items items", "GET /users users"]
    assert modelcases.table(modelcases.project(files)) == real


def test_a_module_goes_by_the_name_of_its_package(tmp_path: Path) -> None:
    files = {
        "server/__init__.py": "",
        "server/server.py": "from fastapi import FastAPI\ndef make():\n    app = FastAPI()\n"
        "    @app.get('/ping')\n    def ping(): ...\n    return app\n",
        "main.py": "import server.server as server\napp = server.make()\n"
        "@app.get('/own')\ndef own(): ...\n",
    }
    expected = ["GET /ping make.<locals>.ping", "GET /own own"]
    assert modelcases.judged(files, tmp_path) == expected
    assert modelcases.table(modelcases.project(files)) == expected
