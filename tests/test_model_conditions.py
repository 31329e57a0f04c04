"""What may or may not be registered, and what nobody can say for certain."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

from fastlint.config.settings import Settings, Versions

HEAD = """
import os
from fastapi import APIRouter, FastAPI
app = FastAPI()
r = APIRouter()
@r.get("/x")
def x(): ...
"""
SETTINGS = (
    "from pydantic import BaseModel\nclass Settings(BaseModel):\n    debug: bool = False\n"
    "    mode: str = 'live'\nsettings = Settings()\n"
)

POSSIBLE = {
    "a setting that is off": "if settings.debug: app.include_router(r)",
    "a setting that is on": "if not settings.debug: app.include_router(r)",
    "a setting that is compared": "if settings.mode == 'local': app.include_router(r)",
    "a setting among others": "if settings.mode in ('local', 'test'): app.include_router(r)",
    "two settings": "if settings.debug and settings.mode == 'x': app.include_router(r)",
    "an environment variable": "if os.getenv('DEBUG', '0') == '1': app.include_router(r)",
    "a variable that has no default": "if os.environ.get('DEBUG'): app.include_router(r)",
    "a text with a setting": "if f'is-{settings.mode}' == 'is-x': app.include_router(r)",
    "a function that returns early": (
        "def add():\n    if not settings.debug:\n        return\n    app.include_router(r)\nadd()"
    ),
    "a function that reads the setting": (
        "def wanted():\n    if settings.mode == 'local':\n        return True\n    return False\n"
        "if wanted(): app.include_router(r)"
    ),
    "a helper that is called under a condition": (
        "def add(app): app.include_router(r)\nif settings.debug: add(app)"
    ),
    "a name that is set under a condition": (
        "wanted = False\nif settings.debug: wanted = True\nif wanted: app.include_router(r)"
    ),
    "a mount": "sub = FastAPI()\nsub.include_router(r)\nif settings.debug: app.mount('', sub)",
    "a route of its own": "if settings.debug: app.get('/x')(x)",
    "an import that may fail": (
        "try:\n    import extra\nexcept ImportError:\n    app.include_router(r)"
    ),
    "a list that something may be put in": (
        "wanted = []\nfor each in load():\n    wanted.append(each)\n"
        "if wanted: app.include_router(r)"
    ),
    "a list that a setting puts something in": (
        "wanted = []\nif settings.debug: wanted.append(1)\nif wanted: app.include_router(r)"
    ),
    "a script": "if __name__ == '__main__':\n    app.include_router(r)",
}  # fmt: skip


@pytest.mark.parametrize("code", POSSIBLE.values(), ids=POSSIBLE)
def test_what_a_setting_decides_is_possible(code: str) -> None:
    project = modelcases.project(HEAD + SETTINGS + code)
    assert modelcases.table(project) == ["GET /x x"]
    (found,) = [route for route in project.routes if route.app]
    assert found.is_conditional
    assert found.unknown == ()


def test_what_no_setting_decides_is_certain() -> None:
    code = "DEBUG = True\nif DEBUG:\n    app.include_router(r)\n"
    (found,) = modelcases.project(HEAD + code).routes
    assert not found.is_conditional


BY_DEFAULT = {
    "a name": "prefix = '/a'\nif settings.debug:\n    prefix = '/b'",
    "either name": "if settings.debug:\n    prefix = '/b'\nelse:\n    prefix = '/a'",
    "an expression": "prefix = '/b' if settings.debug else '/a'",
    "what a function returns": (
        "def choose():\n    if settings.debug:\n        return '/b'\n    return '/a'\n"
        "prefix = choose()"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", BY_DEFAULT.values(), ids=BY_DEFAULT)
def test_a_path_is_told_as_the_settings_are_by_default(code: str, tmp_path: Path) -> None:
    files = {"main.py": HEAD + SETTINGS + code + "\napp.include_router(r, prefix=prefix)\n"}
    assert modelcases.judged(files, tmp_path) == ["GET /a/x x"]
    assert modelcases.table(modelcases.project(files)) == ["GET /a/x x"]


EITHER = {
    "a list or an empty one": "@app.get('/', dependencies=[a] if known else [])\ndef f(): ...",
    "an empty list or one": "@app.get('/', dependencies=[] if known else [a])\ndef f(): ...",
    "a list or None": "@app.get('/', dependencies=[a] if known else None)\ndef f(): ...",
    "a list that is bound in a branch": (
        "asked = []\nif known: asked = [a]\n@app.get('/', dependencies=asked)\ndef f(): ..."
    ),
    "what a function returns": (
        "def asked():\n    if known:\n        return [a]\n    return []\n"
        "@app.get('/', dependencies=asked())\ndef f(): ..."
    ),
    "options": (
        "options = {'dependencies': [a]} if known else {}\n"
        "@app.get('/', **options)\ndef f(): ..."
    ),
    "other options": (
        "options = {'dependencies': []} if known else {'dependencies': [a]}\n"
        "@app.get('/', **options)\ndef f(): ..."
    ),
    "functions of a list": (
        "asked = [verify] if known else []\n"
        "@app.get('/', dependencies=[Depends(each) for each in asked])\ndef f(): ..."
    ),
    "functions of a list that a branch binds": (
        "asked = []\nif known:\n    asked = [verify]\n"
        "@app.get('/', dependencies=[Depends(each) for each in asked])\ndef f(): ..."
    ),
    "functions of either list": (
        "asked = [verify] if known else [other]\n"
        "@app.get('/', dependencies=list(map(Depends, asked)))\ndef f(): ..."
    ),
    "objects that can be called": (
        "class Check:\n    def __call__(self): verify()\n"
        "asked = [Check()] if known else []\n"
        "@app.get('/', dependencies=[Depends(each) for each in asked])\ndef f(): ..."
    ),
    "rows of a table": (
        "rows = [(verify, 1)] if known else []\n"
        "@app.get('/', dependencies=[Depends(each) for each, _ in rows])\ndef f(): ..."
    ),
    "rows that are mapped": (
        "rows = [(verify, 1)] if known else []\n"
        "@app.get('/', dependencies=list(map(lambda row: Depends(row[0]), rows)))\ndef f(): ..."
    ),
    "one of two": "@app.get('/')\ndef f(x=a if known else Depends(other)): ...",
    "one or none": "guard = a if known else None\n@app.get('/')\ndef f(x=guard): ...",
    "one that is made there": "@app.get('/')\ndef f(x=Depends(verify) if known else None): ...",
    "one of two in annotations": (
        "User = Annotated[int, a] if known else Annotated[int, Depends(other)]\n"
        "@app.get('/')\ndef f(x: User): ..."
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", EITHER.values(), ids=EITHER)
def test_a_dependency_that_may_be_left_out_is_not_known(code: str) -> None:
    head = (
        "import os\nfrom typing import Annotated\nfrom fastapi import Depends, FastAPI\n"
        "def verify(): ...\ndef other(): ...\na = Depends(verify)\napp = FastAPI()\n"
        "known = os.getenv('MODE') == 'open'\n"
    )
    (found,) = modelcases.project(head + code).routes
    assert found.unknown
    assert not {"main:verify", "main:other"} & {each.name for each in found.all_dependencies}


def test_a_dependency_that_is_asked_for_either_way_is_known(tmp_path: Path) -> None:
    code = (
        "import os\nfrom fastapi import Depends, FastAPI\napp = FastAPI()\ndef verify(): ...\n"
        "if os.getenv('MODE') == 'open':\n    asked = {'dependencies': [Depends(verify)]}\n"
        "else:\n    asked = {'dependencies': [Depends(verify)]}\n"
        "@app.get('/', **asked)\ndef f(): ...\n"
    )
    assert modelcases.judged({"main.py": code}, tmp_path) == ["GET / f"]
    (found,) = modelcases.project(code).routes
    assert found.unknown == ()
    assert [each.name for each in found.dependencies] == ["main:verify"]


FACTORY = (
    "from fastapi import APIRouter, FastAPI\nr = APIRouter()\n@r.get('/x')\ndef x(): ...\n"
    "def create_app({params}):\n    app = FastAPI()\n    {body}\n    return app\n"
)


def test_a_factory_may_be_called_otherwise() -> None:
    code = FACTORY.format(params="admin=False", body="if admin: app.include_router(r)")
    (found,) = modelcases.project(code).routes
    assert (found.path, found.is_conditional, found.unknown) == ("/x", True, ())


CALLERS = {
    "a function": "from main import create_app\ndef start():\n    return create_app('/v1')\n",
    "a script": "from main import create_app\nif __name__ == '__main__':\n"
    "    app = create_app('/v1')\n    app.include_router(r)\n",
    "a name that is longer": "from main import create_app\ndef my_create_app():\n"
    "    return create_app(prefix='/v1')\n",
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
def test_a_factory_is_called_as_the_project_calls_it(caller: str) -> None:
    factory = FACTORY.format(params="prefix", body="app.include_router(r, prefix=prefix)")
    project = modelcases.project({"main.py": factory, "start.py": caller})
    assert modelcases.table(project) == ["GET /v1/x x"]


def test_a_factory_that_another_one_calls_makes_no_app_of_its_own() -> None:
    code = (
        "from fastapi import FastAPI\ndef a_part():\n    sub = FastAPI()\n"
        "    @sub.get('/x')\n    def x(): ...\n    return sub\n"
        "def create():\n    app = FastAPI()\n    app.mount('/sub', a_part())\n    return app\n"
    )
    assert modelcases.table(modelcases.project(code)) == ["GET /sub/x a_part.<locals>.x"]


@pytest.mark.parametrize("test", ["tests/test_it.py", "conftest.py"])
def test_a_test_builds_no_further_app(test: str) -> None:
    factory = FACTORY.format(params="prefix='/v1'", body="app.include_router(r, prefix=prefix)")
    files = {"service.py": factory, test: "from service import create_app\napp = create_app('')\n"}
    assert modelcases.table(modelcases.project(files)) == ["GET /v1/x x"]


def test_a_test_has_its_own_app() -> None:
    files = {"tests/test_it.py": HEAD + "app.include_router(r)\n"}
    assert modelcases.table(modelcases.project(files)) == ["GET /x x"]


BASES = (
    "from abc import ABC\nfrom fastapi import FastAPI\nclass Base(ABC):\n"
    "    def get_app(self) -> FastAPI | None:\n        return None\n"
    "class One(Base):\n    def get_app(self) -> FastAPI | None:\n        sub = FastAPI()\n"
    "        @sub.get('/x')\n        def x(): ...\n        return sub\n"
)
USE = (
    "def make() -> Base: return load()\napp = FastAPI()\nif (sub := make().get_app()):\n"
    "    app.mount('/sub', sub)\n"
)


def test_the_only_subclass_makes_what_the_base_leaves_to_it() -> None:
    found = modelcases.table(modelcases.project(BASES + USE))
    assert found == ["GET /sub/x One.get_app.<locals>.x"]


def test_which_of_two_subclasses_it_is_nobody_knows() -> None:
    two = BASES + BASES[BASES.index("class One") :].replace("One", "Two") + USE
    assert not any("/sub/x" in each for each in modelcases.table(modelcases.project(two)))


REWORKED = {
    "a list comprehension": "app.router.routes[:] = [r for r in app.routes if keep(r)]",
    "a list that is not known": "app.router.routes = load()",
    "an item that is deleted": "del app.router.routes[0]",
    "an item that is removed": "for each in app.routes:\n    app.routes.remove(each)",
    "a list that is cleared": "app.router.routes.clear()",
}


@pytest.mark.parametrize("code", REWORKED.values(), ids=REWORKED)
def test_routes_that_are_changed_by_hand_are_unknown(code: str) -> None:
    project = modelcases.project(
        HEAD + "app.include_router(r)\n@app.get('/y')\ndef y(): ...\n" + code
    )
    assert len(project.routes) == 2
    assert all("changed by hand" in " ".join(route.unknown) for route in project.routes)


@pytest.mark.parametrize("code", REWORKED.values(), ids=REWORKED)
def test_routes_that_may_be_changed_by_hand_are_possible(code: str) -> None:
    inside = "".join(f"    {line}\n" for line in code.splitlines())
    project = modelcases.project(
        HEAD + "app.include_router(r)\n@app.get('/y')\ndef y(): ...\n"
        f"import library\nfor each in library.plugins():\n{inside}"
        "@app.get('/z')\ndef z(): ...\n"
    )
    found = {route.path: route.is_conditional for route in project.routes}
    assert found == {"/x": True, "/y": True, "/z": False}
    assert not any(route.unknown for route in project.routes)


def test_what_is_added_after_something_was_taken_out_is_there(tmp_path: Path) -> None:
    code = (
        "@app.get('/before')\ndef before(): ...\n"
        "def remove(url):\n    index = None\n    for i, route in enumerate(app.routes):\n"
        "        if route.path == url:\n            index = i\n            break\n"
        "    if isinstance(index, int):\n        app.routes.pop(index)\n"
        "remove(app.docs_url)\n"
        "@app.get(app.docs_url)\ndef docs(): ...\n"
        "@app.get('/after')\ndef after(): ...\n"
        "app.include_router(r)\n"
    )
    files = {"main.py": HEAD + code}
    project = modelcases.project(files)
    assert modelcases.table(project) == modelcases.judged(files, tmp_path)
    assert [route.path for route in project.routes if route.unknown] == ["/before"]


def test_another_list_that_may_be_assigned_adds_what_is_new_in_it() -> None:
    project = modelcases.project(
        HEAD + "app.include_router(r)\nother = FastAPI()\n@other.get('/y')\ndef y(): ...\n"
        "import library\nif library.ask():\n    app.router.routes = other.router.routes\n"
    )
    found = [
        (route.path, route.is_conditional)
        for route in project.routes
        if route.app.value.name == "app"
    ]
    assert found == [("/x", True), ("/y", True)]


HANDED = {
    "a library's router": "from library import Router\nRouter().include_router(r)",
    "a library's function": "import library\nlibrary.serve([r])",
    "an object that is not known": "def f(thing): ...\nthing = f(1)\nthing.add(router=r)",
}


@pytest.mark.parametrize("code", HANDED.values(), ids=HANDED)
def test_a_router_that_is_handed_away_stands_nobody_knows_where(code: str) -> None:
    (found,) = modelcases.project(HEAD + code).routes
    assert (found.app, found.path) == (None, None)
    assert "is handed to" in " ".join(found.unknown)


def test_a_router_that_is_handed_away_and_included_is_known() -> None:
    code = "import library\nlibrary.watch(r)\napp.include_router(r)"
    (found,) = modelcases.project(HEAD + code).routes
    assert (found.path, found.unknown) == ("/x", ())


MOUNTED = {
    "within middleware": "from starlette.middleware.gzip import GZipMiddleware\n"
    "app.mount('/sub', GZipMiddleware(sub))",
    "under a host": "app.host('api.example.org', sub)",
}


@pytest.mark.parametrize(
    ("code", "path"), list(zip(MOUNTED.values(), ["/sub/x", "/x"], strict=True)), ids=MOUNTED
)
def test_a_mounted_app_is_found(code: str, path: str) -> None:
    project = modelcases.project(HEAD + "sub = FastAPI()\nsub.include_router(r)\n" + code)
    assert [(route.app and route.app.id, route.path) for route in project.routes] == [
        ("main:app", path)
    ]


def test_what_is_mounted_and_not_known_is_said() -> None:
    project = modelcases.project(HEAD + "def f(thing): app.mount('/x', thing)\nf(load())")
    assert "the mounted app is not known" in " ".join(project.coverage.unknown)


def test_an_object_is_called_by_its_method() -> None:
    code = "class Check:\n    async def __call__(self, q: int): ...\napp.get('/check')(Check())\n"
    found = modelcases.route(modelcases.project(HEAD + code), "GET /check")
    assert found.handler is not None
    assert found.handler.facts.qualname == "Check.__call__"
    assert [param.name for param in found.params] == ["q"]


def test_the_middle_of_a_route_class_that_cannot_be_followed_is_unknown() -> None:
    code = (
        "from fastapi.routing import APIRoute\nclass Own(APIRoute):\n"
        "    def __init__(self, path, endpoint, **o):\n"
        "        super().__init__(os.environ['P'] + path, endpoint, **o)\n"
        "own = APIRouter(route_class=Own)\n@own.get('/y')\ndef y(): ...\napp.include_router(own)\n"
    )
    (found,) = [route for route in modelcases.project(HEAD + code).routes if route.app]
    assert found.path is None
    assert found.unknown


def test_a_method_that_is_known_at_run_time_is_unknown() -> None:
    code = "method = load()\n@getattr(app, method)('/y')\ndef y(): ...\n"
    found = [route for route in modelcases.project(HEAD + code).routes if route.app]
    assert [(route.path, route.methods) for route in found] == [("/y", ())]
    assert "the methods are not known" in found[0].unknown


def test_an_attribute_that_may_be_missing_is_a_setting() -> None:
    code = "def add(settings):\n    if getattr(settings, 'extra', False):\n"
    code += "        app.include_router(r)\nadd(load())\n"
    (found,) = modelcases.project(HEAD + code).routes
    assert found.is_conditional


def test_the_order_of_routes_that_are_sorted_is_not_known() -> None:
    code = "app.include_router(r)\napp.router.routes = sorted(app.routes, key=lambda r: r.path)\n"
    project = modelcases.project(HEAD + code)
    assert modelcases.table(project) == ["GET /x x"]
    assert "the order of its routes is not known" in " ".join(project.coverage.unknown)
    (app,) = project.apps
    assert app.value.reordered


def test_a_router_whose_module_is_imported_by_name_stands_nobody_knows_where() -> None:
    files = {
        "main.py": "import importlib\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "LAZY = {'/extra': 'features.extra:router'}\ndef load(path):\n"
        "    return importlib.import_module(LAZY[path].split(':')[0])\n",
        "features/extra.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"
        "@router.get('/x')\ndef x(): ...\n",
    }
    (found,) = modelcases.project(files).routes
    assert found.path is None
    assert "its module is imported by a name" in " ".join(found.unknown)


@pytest.mark.parametrize(("version", "app"), [("0.136.3", None), ("0.137.0", "main:app")])
def test_before_fastapi_0_137_an_include_takes_what_is_there(version: str, app: str | None) -> None:
    code = "app.include_router(r)\n@r.get('/late')\ndef late(): ...\n"
    settings = Settings(versions=Versions(fastapi=version))
    found = modelcases.project(HEAD + code, settings).routes
    assert [(route.path, route.app and route.app.id) for route in found] == [
        ("/x", "main:app"),
        ("/late", app),
    ]


MODES = (
    "from enum import Enum\nfrom pydantic import BaseModel\nclass Mode(Enum):\n    LIVE = 1\n"
    "    TEST = 2\nclass Settings(BaseModel):\n    mode: Mode = Mode.LIVE\nsettings = Settings()\n"
)


@pytest.mark.parametrize("mode", ["LIVE", "TEST"])
@pytest.mark.parametrize("change", ["", "if load(): settings.mode = Mode.TEST\n"])
def test_a_setting_that_is_a_member_decides_as_others_do(mode: str, change: str) -> None:
    code = f"{change}if settings.mode is Mode.{mode}: app.include_router(r)\n"
    found = [route for route in modelcases.project(HEAD + MODES + code).routes if route.app]
    assert [route.is_conditional for route in found] == [True]


def test_a_member_that_came_from_outside_may_be_any() -> None:
    code = (
        "import json\nnew = Settings(**json.load(open('s')))\nif load(): new.mode = Mode.TEST\n"
        "if new.mode is not Mode.TEST: app.include_router(r)\n"
    )
    found = [route for route in modelcases.project(HEAD + MODES + code).routes if route.app]
    assert [route.is_conditional for route in found] == [True]


def test_what_the_application_of_a_library_serves_by_itself_is_said() -> None:
    project = modelcases.project(
        """
from cadwyn import Cadwyn
app = Cadwyn()
@app.get("/items")
def items(): ...
"""
    )
    assert modelcases.table(project) == ["GET /items items"]
    (sentence,) = project.coverage.unknown
    assert sentence.startswith("main.py:2: `Cadwyn` serves routes of its own")


IF_SET = {
    "a walrus": "    if p := os.environ.get('P'):\n        return p + path\n    return path",
    "or": "    return (os.getenv('P') or '') + path",
    "is None": "    p = os.getenv('P')\n    if p is None:\n        p = ''\n    return p + path",
}


@pytest.mark.parametrize("body", IF_SET.values(), ids=list(IF_SET))
def test_the_environment_is_taken_as_it_is_where_nothing_is_set(body: str) -> None:
    code = f"{HEAD}def at(path):\n{body}\n@app.get(at('/y'))\ndef f(): ...\n"
    assert modelcases.table(modelcases.project(code)) == ["GET /y f"]


@pytest.mark.parametrize("given", ["os.getenv('P')", "f\"{os.environ.get('P')}\""])
def test_a_path_that_the_environment_has_to_give_is_not_known(given: str) -> None:
    code = f"{HEAD}app.include_router(r, prefix={given})\n"
    (route,) = modelcases.project(code).routes
    assert (route.path, route.unknown) == (None, ("a part of the path is not known",))


GUARDED_IF_SET = {
    "an expression": "guards = [Depends(check)] if os.getenv('T') else []",
    "a branch": "guards = []\nif os.getenv('T'):\n    guards = [Depends(check)]",
    "two branches": "if os.getenv('T'):\n    guards = [Depends(check)]\nelse:\n    guards = []",
}


@pytest.mark.parametrize("code", GUARDED_IF_SET.values(), ids=list(GUARDED_IF_SET))
def test_a_guard_that_the_environment_decides_on_may_be_there(code: str) -> None:
    project = modelcases.project(
        f"{HEAD}from fastapi import Depends\ndef check(): ...\n{code}\n"
        "app.include_router(r, dependencies=guards)\n"
    )
    route = modelcases.route(project, "GET /x")
    assert route.unknown == ("some of `dependencies=` are not known",)


PERHAPS_ANNOTATED = {
    "or the type alone": "Asked = Annotated[int, Depends(check)] if flag else int",
    "or the type first": "Asked = int if flag else Annotated[int, Depends(check)]",
    "a branch": "Asked = int\nif flag:\n    Asked = Annotated[int, Depends(check)]",
    "two branches": (
        "if flag:\n    Asked = Annotated[int, Depends(check)]\nelse:\n    Asked = int"
    ),
    "a type that is put together": (
        "Asked = Annotated[str, Depends(check)] if flag else str | None"
    ),
}  # fmt: skip


@pytest.mark.parametrize("flag", ["os.getenv('T')", "os.path.exists('/x')"])
@pytest.mark.parametrize("code", PERHAPS_ANNOTATED.values(), ids=list(PERHAPS_ANNOTATED))
def test_a_dependency_in_one_of_two_annotations_may_be_there(code: str, flag: str) -> None:
    project = modelcases.project(
        f"{HEAD}from typing import Annotated\nfrom fastapi import Depends\ndef check(): ...\n"
        f"flag = {flag}\n{code}\n@app.get('/y')\ndef y(a: Asked): ...\n"
    )
    route = modelcases.route(project, "GET /y")
    assert route.unknown
    assert [each.name for each in route.all_dependencies if each.name == "main:check"] == []


PERHAPS_GUARDED = {
    "an item": "kw = {}\nif flag: kw['dependencies'] = [guard]",
    "an item in the place of another": (
        "kw = {'dependencies': []}\nif flag: kw['dependencies'] = [guard]"
    ),
    "an item that another takes the place of": (
        "kw = {'dependencies': [guard]}\nif flag: kw['dependencies'] = []"
    ),
    "update": "kw = {}\nif flag: kw.update(dependencies=[guard])",
    "update with a dictionary": "kw = {}\nif flag: kw.update({'dependencies': [guard]})",
    "an operator": "kw = {}\nif flag: kw |= {'dependencies': [guard]}",
    "setdefault": "kw = {}\nif flag: kw.setdefault('dependencies', [guard])",
    "pop": "kw = {'dependencies': [guard]}\nif flag: kw.pop('dependencies')",
    "del": "kw = {'dependencies': [guard]}\nif flag: del kw['dependencies']",
    "a function": (
        "kw = {}\ndef secure(kw): kw['dependencies'] = [guard]\nif flag: secure(kw)"
    ),
    "the attribute of a class": (
        "class C: asked = []\nif flag: C.asked = [guard]\nkw = {'dependencies': C.asked}"
    ),
    "the attribute of a class that is None": (
        "class C: asked = None\nif flag: C.asked = [guard]\nkw = {'dependencies': C.asked}"
    ),
    "an attribute that a method sets": (
        "class C:\n    def __init__(self): self.asked = []\n"
        "    def secure(self): self.asked = [guard]\n"
        "c = C()\nif flag: c.secure()\nkw = {'dependencies': c.asked}"
    ),
    "an attribute of a function": (
        "def f(): ...\nf.asked = []\nif flag: f.asked = [guard]\nkw = {'dependencies': f.asked}"
    ),
}  # fmt: skip


@pytest.mark.parametrize("flag", ["os.getenv('T')", "os.path.exists('/x')"])
@pytest.mark.parametrize("code", PERHAPS_GUARDED.values(), ids=list(PERHAPS_GUARDED))
def test_a_guard_that_is_put_there_under_a_condition_may_be_there(code: str, flag: str) -> None:
    project = modelcases.project(
        f"{HEAD}from fastapi import Depends\ndef check(): ...\nguard = Depends(check)\n"
        f"flag = {flag}\n{code}\n@app.get('/y', **kw)\ndef y(): ...\n"
    )
    route = modelcases.route(project, "GET /y")
    assert route.unknown
    assert [each.name for each in route.all_dependencies if each.name == "main:check"] == []


def test_the_attribute_of_a_class_is_as_it_is_by_default() -> None:
    code = "class C: prefix = '/a'\nif os.getenv('T'): C.prefix = '/b'\n"
    project = modelcases.project(f"{HEAD}{code}app.include_router(r, prefix=C.prefix)\n")
    assert modelcases.table(project) == ["GET /a/x x"]


@pytest.mark.parametrize("put", ["kw['prefix'] = '/v1'", "kw.update(prefix='/v1')"])
@pytest.mark.parametrize("flag", ["os.getenv('T')", "os.path.exists('/x')"])
def test_a_prefix_that_may_not_be_among_the_options_is_not_known(put: str, flag: str) -> None:
    code = f"{HEAD}kw = {{}}\nif {flag}: {put}\napp.include_router(r, **kw)\n"
    (route,) = modelcases.project(code).routes
    assert route.path is None
    assert route.unknown == ("a part of the path is not known: it depends on a condition",)


def test_options_of_a_call_that_may_not_be_made_are_known_in_it() -> None:
    code = (
        f"{HEAD}def add():\n    kw = {{}}\n    kw['prefix'] = '/v1'\n"
        "    app.include_router(r, **kw)\nif os.getenv('T'): add()\n"
    )
    (route,) = modelcases.project(code).routes
    assert (route.path, route.is_conditional, route.unknown) == ("/v1/x", True, ())


@pytest.mark.parametrize("put", ["kw['prefix'] = '/v1'", "kw.update(prefix='/v1')"])
def test_options_are_as_they_are_by_default(put: str) -> None:
    code = f"{HEAD}kw = {{'prefix': '/a'}}\nif os.getenv('T'): {put}\napp.include_router(r, **kw)\n"
    assert modelcases.table(modelcases.project(code)) == ["GET /a/x x"]


MAY_FAIL = {
    "an import with an else": (
        "try:\n    import missing_pkg\nexcept ImportError:\n    pass\nelse:\n"
        "    app.include_router(r)"
    ),
    "an import, and more in the body": (
        "try:\n    import missing_pkg\n    app.include_router(r)\nexcept ImportError:\n    pass"
    ),
    "a name that is imported": (
        "try:\n    from missing_pkg.sub import name\n    app.include_router(r)\n"
        "except Exception:\n    pass"
    ),
    "a variable that may not be set": (
        "try:\n    key = os.environ['KEY']\n    app.include_router(r)\n"
        "except KeyError:\n    key = ''"
    ),
    "a call that may fail": (
        "import json\ntry:\n    data = json.loads(open('x').read())\nexcept ValueError:\n"
        "    data = None\nelse:\n    app.include_router(r)"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", MAY_FAIL.values(), ids=list(MAY_FAIL))
def test_what_stands_behind_something_that_may_fail_is_possible(code: str) -> None:
    (found,) = [route for route in modelcases.project(HEAD + code).routes if route.app]
    assert (found.path, found.is_conditional, found.unknown) == ("/x", True, ())


GOES_WELL = {
    "an import of Python's own": (
        "try:\n    import tomllib\n    app.include_router(r)\nexcept ImportError:\n    pass"
    ),
    "an import of the project's own": (
        "try:\n    import own\nexcept ImportError:\n    pass\nelse:\n    app.include_router(r)"
    ),
    "another exception": (
        "try:\n    import missing_pkg\n    app.include_router(r)\nexcept ValueError:\n    pass"
    ),
    "a handler that raises": (
        "try:\n    import missing_pkg\n    app.include_router(r)\nexcept ImportError:\n    raise"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", GOES_WELL.values(), ids=list(GOES_WELL))
def test_what_stands_behind_something_that_goes_well_is_certain(code: str) -> None:
    project = modelcases.project({"main.py": HEAD + code, "own.py": "x = 1\n"})
    (found,) = [route for route in project.routes if route.app]
    assert not found.is_conditional


LISTS = {
    "branches": "if {}:\n    found = [a, b]\nelse:\n    found = [a, c]",
    "a branch that adds": "found = [a, c]\nif {}:\n    found = [a, b, c]",
    "a list that stays empty": "found = []\nif {}:\n    found = [b, a, c]\nfound = [a, *found]",
    "an expression": "found = [a, b] if {} else [a, c]",
    "expressions in one another": "found = [a, b] if {0} else ([a, c] if not {0} else [b])",
    "lists that are joined": "found = [a] + ([b] if {} else [c])",
    "a list in a list": "found = [a, *([b] if {} else [c])]",
    "what a function returns": (
        "def choose():\n    if {}:\n        return [a, b]\n    return [a, c]\nfound = choose()"
    ),
    "objects that have routers": (
        "class Plugin:\n    def __init__(self, router): self.router = router\n"
        "plugins = [Plugin(a), Plugin(b)] if {} else [Plugin(a), Plugin(c)]\n"
        "found = [each.router for each in plugins]"
    ),
    "rows of a table": (
        "rows = [(a, '')] + ([(b, '')] if {} else [(c, '')])\nfound = [each for each, _ in rows]"
    ),
}  # fmt: skip
CONDITIONS = {"nobody knows": "os.path.isdir('nowhere')", "a setting": "settings.debug"}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.parametrize("code", LISTS.values(), ids=LISTS)
def test_of_two_lists_of_routers_either_may_be_included(
    code: str, condition: str, tmp_path: Path
) -> None:
    routers = "".join(
        f"{n} = APIRouter(prefix='/{n}')\n@{n}.get('/')\ndef of_{n}(): ...\n" for n in "abc"
    )
    loop = "\nfor each in found: app.include_router(each)\n"
    files = {"main.py": HEAD + SETTINGS + routers + code.format(condition) + loop}
    project = modelcases.project(files)
    told = {r.label: r.is_conditional for r in project.routes if r.app is not None}
    served = {each.rpartition(" ")[0] for each in modelcases.judged(files, tmp_path)}
    assert served <= told.keys()
    assert {label for label, perhaps in told.items() if not perhaps} <= served
    assert told["GET /b/"]
