"""Apps that are built while an object is made, by an ``__init__`` that nobody wrote."""

from __future__ import annotations

import textwrap
from pathlib import Path

import modelcases
import pytest

HEAD = """
import abc, dataclasses
import attr, attrs
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr
app = FastAPI()
"""

MADE = {
    "a dataclass that registers when it is made": (
        """
        @dataclasses.dataclass
        class Views:
            prefix: str
            router: APIRouter = dataclasses.field(default_factory=APIRouter)
            def __post_init__(self):
                self.router.get(f"{self.prefix}/x")(self.x)
            def x(self): ...
        app.include_router(Views("/a").router)
        app.include_router(Views("/b").router, prefix="/two")
        """,
        ["GET /a/x Views.x", "GET /two/b/x Views.x"],
    ),
    "attrs, whose subclass says what to register": (
        """
        @attrs.define(kw_only=True)
        class Base(metaclass=abc.ABCMeta):
            router: APIRouter = attrs.field(factory=APIRouter)
            extensions: list = attrs.field(factory=list)
            def __attrs_post_init__(self):
                self.register()
                for each in self.extensions:
                    each.register(self)
            @abc.abstractmethod
            def register(self): ...
        @attrs.define(kw_only=True)
        class Tiles(Base):
            name: str = "tiles"
            def register(self):
                @self.router.get(f"/{self.name}")
                def tiles(): ...
        @attrs.define
        class Viewer:
            path: str = "/view"
            def register(self, factory):
                @factory.router.get(self.path)
                def view(): ...
        app.include_router(Tiles(extensions=[Viewer()]).router, prefix="/t")
        """,
        ["GET /t/tiles Tiles.register.<locals>.tiles", "GET /t/view Viewer.register.<locals>.view"],
    ),
    "attrs of the old kind, with factories and a converter": (
        """
        def named(app):
            app.title = "named"
            return app
        @attr.s
        class Api:
            prefix = attr.ib()
            _tags = attr.ib(default=None)
            app: FastAPI = attr.ib(
                default=attr.Factory(lambda self: FastAPI(), takes_self=True), converter=named
            )
            router = attr.ib()
            @router.default
            def _router(self):
                return APIRouter(prefix=self.prefix)
            def __attrs_post_init__(self):
                self.router.add_api_route("/x", self.x, tags=self._tags)
                self.app.state.prefix = self.router.prefix
                self.app.include_router(self.router)
                self.app.get(self.app.state.prefix + "/y")(self.x)
            def x(self): ...
        app = Api("/p", tags=["t"]).app
        """,
        ["GET /p/x Api.x", "GET /p/y Api.x"],
    ),
    "a model that builds its router at the end": (
        """
        class Part(BaseModel):
            path: str
            _router: APIRouter = PrivateAttr(default_factory=APIRouter)
            def model_post_init(self, context):
                self._router.get(self.path)(self.x)
            def x(self): ...
        class Whole(BaseModel):
            model_config = ConfigDict(arbitrary_types_allowed=True)
            router: APIRouter = Field(default_factory=APIRouter)
        part = Part(path="/x")
        app.include_router(part._router)
        whole = Whole()
        whole.router.get("/y")(part.x)
        app.include_router(whole.router)
        """,
        ["GET /x Part.x", "GET /y Part.x"],
    ),
    "a field that is only there to make the object": (
        """
        @dataclasses.dataclass
        class Views:
            path: dataclasses.InitVar[str]
            count: int = dataclasses.field(default=0, init=False)
            router: APIRouter = None
            def __post_init__(self, path):
                self.router = self.router or APIRouter()
                self.router.get(path)(self.x)
            def x(self): ...
        r = APIRouter(prefix="/r")
        Views("/x", r)
        app.include_router(r)
        """,
        ["GET /r/x Views.x"],
    ),
    "a hook that no library calls": (
        """
        class Views:
            def __post_init__(self):
                app.get("/x")(self.x)
            def x(self): ...
        Views()
        @app.get("/y")
        def y(): ...
        """,
        ["GET /y y"],
    ),
    "what stands behind a base from outside": (
        """
        class First(BaseModel):
            one: str = "/one"
        class Second(BaseModel):
            two: str = "/two"
        class Both(First, Second): ...
        @app.get(Both().two)
        def x(): ...
        """,
        ["GET /two x"],
    ),
    "kinds that are told apart": (
        """
        class Wide: ...
        class Narrow(Wide): ...
        class Other: ...
        def make(model):
            if isinstance(model, dict):
                def by_dict(): ...
                return by_dict
            elif issubclass(model, Wide):
                def by_class(): ...
                return by_class
            else:
                def by_other(): ...
                return by_other
        for path, model in [("/n", Narrow), ("/o", Other)]:
            app.get(path)(make(model))
        if isinstance(Narrow(), Wide) and not isinstance(Narrow(), Other):
            app.get("/i")(make(Narrow))
        """,
        ["GET /n make.<locals>.by_class", "GET /o make.<locals>.by_other",
         "GET /i make.<locals>.by_class"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), MADE.values(), ids=MADE)
def test_what_is_made_registers_what_fastapi_serves(
    code: str, expected: list[str], tmp_path: Path
) -> None:
    files = {"main.py": HEAD + textwrap.dedent(code)}

    assert modelcases.table(modelcases.project(files)) == expected
    assert modelcases.judged(files, tmp_path) == expected


OPTIONAL = """
from fastapi import APIRouter, Depends, FastAPI
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    token: str | None = None
    admin: bool = False
settings = Settings()
def check(): ...
a, b, c = APIRouter(), APIRouter(), APIRouter()
@a.get("/a")
def in_a(): ...
@b.get("/b")
def in_b(): ...
"""


def test_a_router_that_a_setting_puts_in_the_list_is_possible() -> None:
    project = modelcases.project(
        OPTIONAL + "app = FastAPI()\nrouters = [a]\nif settings.admin: routers.append(b)\n"
        "for each in [*routers]:\n    app.include_router(each)\n"
    )

    assert not modelcases.route(project, "GET /a").is_conditional
    assert modelcases.route(project, "GET /b").is_conditional


def test_the_known_routers_of_a_list_with_others_are_followed() -> None:
    project = modelcases.project(
        OPTIONAL + "from somewhere import others\napp = FastAPI()\nrouters = [a, b, *others]\n"
        "for each in routers:\n    prefix = '/p'\n    app.include_router(each, prefix=prefix)\n"
    )

    assert modelcases.table(project) == ["GET /p/a in_a", "GET /p/b in_b"]
    assert any("the included router is not known" in each for each in project.coverage.unknown)


def test_a_guard_that_a_setting_adds_is_not_claimed() -> None:
    project = modelcases.project(
        OPTIONAL + "guards = []\nif settings.token: guards.append(Depends(check))\n"
        "app = FastAPI(dependencies=guards)\napp.include_router(a)\n"
    )
    route = modelcases.route(project, "GET /a")

    assert not route.dependencies
    assert any("dependencies" in each for each in route.unknown)


SERVER = """
import os
from fastapi import APIRouter, FastAPI
from typing import TYPE_CHECKING
class Server:
    def __init__(self, address: str):
        self._address = address
        self._router = APIRouter()
        self._app = FastAPI()
    def serve(self):
        from routes import register_all
        register_all(self)
        if quiet():
            self._app.include_router(self._router)
        else:
            self._app.include_router(self._router)
    def ping(self): ...
def quiet():
    return os.environ.get("QUIET")
def run(address):
    try:
        server = Server(address)
        server.serve()
    except OSError:
        server = Server(address)
        server.serve()
"""
ROUTES = """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from main import Server
def register_all(server: Server):
    server._router.add_api_route("/ping", server.ping)
"""


@pytest.mark.parametrize("calls", [SERVER, SERVER[: SERVER.index("def run")]])
def test_the_app_of_a_server_that_is_an_object_is_one_app(calls: str) -> None:
    project = modelcases.project({"main.py": calls, "routes.py": ROUTES})

    assert modelcases.table(project) == ["GET /ping Server.ping"]
    assert not modelcases.route(project, "GET /ping").unknown


def test_a_factory_that_is_called_twice_makes_one_app_unless_they_differ() -> None:
    code = (
        "from fastapi import FastAPI\ndef make(prefix='/x'):\n    app = FastAPI()\n"
        "    @app.get(prefix)\n    def f(): ...\n    return app\n"
    )
    same = modelcases.project(code + "one = make()\ntwo = make()\n")
    other = modelcases.project(code + "one = make()\ntwo = make('/y')\n")

    assert modelcases.table(same) == ["GET /x make.<locals>.f"]
    assert modelcases.table(other) == ["GET /x make.<locals>.f", "GET /y make.<locals>.f"]


def test_an_app_that_is_loaded_by_its_name_is_added_to() -> None:
    project = modelcases.project(
        {
            "shop/__init__.py": "",
            "shop/main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
            "shop/server.py": (
                "from fastapi import FastAPI\nfrom uvicorn.importer import import_from_string\n"
                "class Server:\n"
                "    def _add(self, app: FastAPI):\n"
                "        app.add_api_route('/x', self.x)\n"
                "    def x(self): ...\n"
                "    def build(self):\n"
                "        app = import_from_string('shop.main:app')\n"
                "        self._add(app)\n"
            ),
        }
    )

    assert modelcases.table(project) == ["GET /x Server.x"]
    assert not modelcases.route(project, "GET /x").unknown


def test_a_long_way_to_an_app_of_ones_own_class_is_followed() -> None:
    project = modelcases.project(
        "from fastapi import FastAPI\n"
        "class Admin(FastAPI):\n"
        "    def __init__(self, *tables):\n"
        "        super().__init__()\n"
        "        self.get('/x')(self.x)\n"
        "    def x(self): ...\n"
        "def sorted_out(tables):\n"
        "    found = []\n"
        "    for table in tables:\n" + "        found.append(table)\n" * 30 + "    return found\n"
        "def create(tables):\n"
        "    tables = sorted_out(tables)\n"
        "    return Admin(*tables)\n"
        "app = create([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])\n"
    )

    assert modelcases.table(project) == ["GET /x Admin.x"]
