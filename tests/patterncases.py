"""The ways in which real applications build their routes, each as a small program."""

from __future__ import annotations

HEAD = """
import functools
from fastapi import APIRouter, Depends, FastAPI, WebSocket
"""
X = """
from fastapi import APIRouter

router = APIRouter()

@router.get("/x")
def x(): ...
"""
Y = X.replace("/x", "/y").replace("x()", "y()")

PATTERNS: dict[str, tuple[dict[str, str], list[str]]] = {
    "a prefix from a settings object": (
        {
            "main.py": """
                from core.config import settings

                app = FastAPI()
                from api import router

                app.include_router(router, prefix=settings.API_V1_STR)
            """,
            "api.py": X,
            "core/config.py": """
                from pydantic import BaseModel

                class Settings(BaseModel):
                    API_V1_STR: str = "/api/v1"

                settings = Settings()
            """,
            "core/__init__.py": "",
        },
        [
            "GET /api/v1/x x",
        ],
    ),
    "a prefix from a property": (
        {
            "main.py": """
                from config import settings

                app = FastAPI()
                from api import router

                app.include_router(router, prefix=settings.prefix)
            """,
            "api.py": X,
            "config.py": """
                class Settings:
                    base = "/api"

                    @property
                    def prefix(self):
                        return f"{self.base}/v1"

                settings = Settings()
            """,
        },
        [
            "GET /api/v1/x x",
        ],
    ),
    "a prefix from settings that a cached function gives": (
        {
            "main.py": """
                from config import get_settings

                app = FastAPI()
                from api import router

                app.include_router(router, prefix=get_settings().prefix)
            """,
            "api.py": X,
            "config.py": """
                from functools import lru_cache
                from pydantic import BaseModel

                class Settings(BaseModel):
                    prefix: str = "/api"

                @lru_cache
                def get_settings() -> Settings:
                    return Settings()
            """,
        },
        [
            "GET /api/x x",
        ],
    ),
    "a prefix from settings within settings": (
        {
            "main.py": """
                from config import settings

                app = FastAPI()
                from api import router

                app.include_router(router, prefix=settings.api.v1.prefix)
            """,
            "api.py": X,
            "config.py": """
                from pydantic import BaseModel

                class V1(BaseModel):
                    prefix: str = "/v1"

                class Api(BaseModel):
                    prefix: str = "/api"
                    v1: V1 = V1()

                class Settings(BaseModel):
                    api: Api = Api()

                settings = Settings()
            """,
        },
        [
            "GET /v1/x x",
        ],
    ),
    "a prefix from a field with a default factory": (
        {
            "main.py": """
                from config import settings

                app = FastAPI()
                from api import router

                app.include_router(router, prefix=settings.api.prefix)
            """,
            "api.py": X,
            "config.py": """
                from dataclasses import dataclass, field

                @dataclass
                class Api:
                    prefix: str = "/api"

                @dataclass
                class Settings:
                    api: Api = field(default_factory=Api)

                settings = Settings()
            """,
        },
        [
            "GET /api/x x",
        ],
    ),
    "paths put together in every way that there is": (
        {
            "main.py": """
                from enum import Enum

                class A(Enum):
                    X = "x"
                    Y = "y"

                class S(str, Enum):
                    Z = "/z"

                PATHS = {A.X: "/px", A.Y: "/py", 3: "/three"}
                BASE = "/b"
                app = FastAPI()

                @app.get(PATHS[A.X])
                def a(): ...
                @app.get(PATHS.get(A.Y))
                def b(): ...
                @app.get("{}/{{id}}".format(BASE))
                def c(id): ...
                @app.get("%s/%s" % (BASE, "d"))
                def d(): ...
                @app.get("/".join([BASE, "e"]))
                def e(): ...
                @app.get(f"/{A.X.value}")
                def f(): ...
                @app.get(S.Z)
                def g(): ...
                @app.get(S.Z.value)
                def h(): ...
                @app.get(BASE + "/i")
                def i(): ...
                @app.get(PATHS[3])
                def j(): ...
                @app.get(f"/{A.X.name.lower()}")
                def k(): ...
                @app.get(f"{BASE!s}/l")
                def l(): ...
            """,
        },
        [
            "GET /px a",
            "GET /py b",
            "GET /b/{id} c",
            "GET /b/d d",
            "GET /b/e e",
            "GET /x f",
            "GET /z g",
            "GET /z h",
            "GET /b/i i",
            "GET /three j",
            "GET /x k",
            "GET /b/l l",
        ],
    ),
    "a loop over an enumeration": (
        {
            "main.py": """
                from enum import Enum

                class A(str, Enum):
                    X = "x"
                    Y = "y"

                app = FastAPI()

                def make(a):
                    def f(): ...

                    return f

                for a in A:
                    app.get(f"/{a.value}")(make(a))
                for n, m in A.__members__.items():
                    app.get(f"/m/{n}")(make(m))
                for a in list(A):
                    app.get(f"/l/{a.name}")(make(a))
            """,
        },
        [
            "GET /x make.<locals>.f",
            "GET /y make.<locals>.f",
            "GET /m/X make.<locals>.f",
            "GET /m/Y make.<locals>.f",
            "GET /l/X make.<locals>.f",
            "GET /l/Y make.<locals>.f",
        ],
    ),
    "a loop over modules and names of modules": (
        {
            "main.py": """
                import a, b

                app = FastAPI()
                for m in (a, b):
                    app.include_router(m.router, prefix="/" + m.__name__)
                for name in ("a", "b"):
                    app.include_router(getattr(__import__(name), "router"), prefix="/i")
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /a/x x",
            "GET /b/y y",
            "GET /i/x x",
            "GET /i/y y",
        ],
    ),
    "modules imported by names that are worked out": (
        {
            "main.py": """
                import importlib

                app = FastAPI()
                for n in ["a", "b"]:
                    m = importlib.import_module(f"pk.{n}")
                    app.include_router(m.router, prefix=f"/{n}")
                for n in ["a"]:
                    app.include_router(
                        importlib.import_module("." + n, package="pk").router, prefix="/rel"
                    )
            """,
            "pk/__init__.py": "",
            "pk/a.py": X,
            "pk/b.py": Y,
        },
        [
            "GET /a/x x",
            "GET /b/y y",
            "GET /rel/x x",
        ],
    ),
    "a loop over what a package lists": (
        {
            "main.py": """
                import pk

                app = FastAPI()
                for n in pk.__all__:
                    app.include_router(getattr(pk, n).router)
                for r in pk.ROUTERS:
                    app.include_router(r, prefix="/r")
            """,
            "pk/__init__.py": """
                from . import a, b

                __all__ = ["a", "b"]
                ROUTERS = [a.router, b.router]
            """,
            "pk/a.py": X,
            "pk/b.py": Y,
        },
        [
            "GET /x x",
            "GET /y y",
            "GET /r/x x",
            "GET /r/y y",
        ],
    ),
    "loops over dictionaries, tuples, named tuples and dataclasses": (
        {
            "main.py": """
                from typing import NamedTuple
                from dataclasses import dataclass
                import a, b

                class Spec(NamedTuple):
                    router: APIRouter
                    prefix: str = "/d"

                @dataclass
                class DSpec:
                    router: APIRouter
                    prefix: str = "/dd"

                app = FastAPI()
                for d in [
                    {"router": a.router, "prefix": "/1"},
                    {"router": b.router, "prefix": "/2"},
                ]:
                    app.include_router(**d)
                for d in [{"router": a.router, "prefix": "/3"}]:
                    app.include_router(d["router"], prefix=d.get("prefix", ""))
                for r, p, t in [(a.router, "/4", ["t"])]:
                    app.include_router(r, prefix=p, tags=t)
                for s in [Spec(a.router), Spec(b.router, "/5")]:
                    app.include_router(s.router, prefix=s.prefix)
                for s in [DSpec(a.router), DSpec(b.router, "/6")]:
                    app.include_router(s.router, prefix=s.prefix)
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /1/x x",
            "GET /2/y y",
            "GET /3/x x",
            "GET /4/x x",
            "GET /d/x x",
            "GET /5/y y",
            "GET /dd/x x",
            "GET /6/y y",
        ],
    ),
    "a helper within a helper that passes its options on": (
        {
            "main.py": """
                import a, b

                def register_routes(app, prefix="/api", **kw):
                    def inner(r, p):
                        app.include_router(r, prefix=prefix + p, **kw)

                    inner(a.router, "/a")
                    inner(b.router, "/b")

                def create_app():
                    app = FastAPI()
                    register_routes(app)
                    register_routes(app, prefix="/v2", tags=["x"])
                    return app

                app = create_app()
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /api/a/x x",
            "GET /api/b/y y",
            "GET /v2/a/x x",
            "GET /v2/b/y y",
        ],
    ),
    "a helper of another file that gets a list": (
        {
            "main.py": """
                from reg import setup
                import a, b

                app = FastAPI()
                setup(app, [a.router, b.router])
                setup(app, *[[a.router]], prefix="/s")
            """,
            "reg.py": """
                def setup(app, routers, prefix=""):
                    for r in routers:
                        app.include_router(r, prefix=prefix)
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /x x",
            "GET /y y",
            "GET /s/x x",
        ],
    ),
    "a function that makes routers with closures": (
        {
            "main.py": """
                def crud(name, model=None):
                    r = APIRouter(prefix=f"/{name}", tags=[name])

                    @r.get("")
                    def lst(): ...
                    @r.get("/{id}")
                    def get(id: int): ...

                    if name != "ro":

                        @r.post("")
                        def create(): ...

                    return r

                app = FastAPI()
                for n in ("ro", "users"):
                    app.include_router(crud(n))
            """,
        },
        [
            "GET /ro crud.<locals>.lst",
            "GET /ro/{id} crud.<locals>.get",
            "GET /users crud.<locals>.lst",
            "GET /users/{id} crud.<locals>.get",
            "POST /users crud.<locals>.create",
        ],
    ),
    "a router class that registers in its own methods": (
        {
            "main.py": """
                class CRUD(APIRouter):
                    def __init__(self, name, get_one=True, **kw):
                        super().__init__(prefix="/" + name, **kw)
                        if get_one:
                            self._add("/{id}", self._one(), ["GET"])
                        self._add("", self._all(), methods=["GET", "POST"])

                    def _add(self, path, endpoint, methods, **kw):
                        super().add_api_route(path, endpoint, methods=methods, **kw)

                    def _one(self):
                        def one(id): ...

                        return one

                    def _all(self):
                        def all_(): ...

                        return all_

                app = FastAPI()
                app.include_router(CRUD("a"))
                app.include_router(CRUD("b", get_one=False), prefix="/p")
            """,
        },
        [
            "GET /a/{id} CRUD._one.<locals>.one",
            "GET|POST /a CRUD._all.<locals>.all_",
            "GET|POST /p/b CRUD._all.<locals>.all_",
        ],
    ),
    "a table of paths, methods and names of handlers": (
        {
            "main.py": """
                ROUTES = [("/a", "GET", "ha"), ("/b", "POST", "hb")]
                import handlers

                app = FastAPI()
                for p, m, h in ROUTES:
                    app.add_api_route(p, getattr(handlers, h), methods=[m])
            """,
            "handlers.py": """
                def ha(): ...
                def hb(): ...
            """,
        },
        [
            "GET /a ha",
            "POST /b hb",
        ],
    ),
    "bound methods": (
        {
            "main.py": """
                class Server:
                    def __init__(self):
                        self.app = FastAPI()
                        self.router = APIRouter()
                        self.router.add_api_route("/a", self.a, methods=["GET"])
                        self.setup()
                        self.app.include_router(self.router, prefix="/s")

                    def setup(self):
                        self.router.add_api_route("/b", endpoint=self.b, methods=["POST"])
                        self.router.add_api_websocket_route("/ws", self.ws)

                    def a(self): ...
                    async def b(self): ...
                    async def ws(self, w: WebSocket): ...

                app = Server().app
            """,
        },
        [
            "GET /s/a Server.a",
            "POST /s/b Server.b",
            "WebSocket /s/ws Server.ws",
        ],
    ),
    "a decorator of one's own that is given the router's method": (
        {
            "main.py": """
                def guarded(method, *args, **kw):
                    def deco(f):
                        @functools.wraps(f)
                        async def wrapper(*a, **k):
                            return await f(*a, **k)

                        return method(*args, **kw)(wrapper)

                    return deco

                r = APIRouter(prefix="/r")

                @guarded(r.get, "/x")
                async def x(): ...
                @guarded(r.post, "/y", tags=["t"])
                async def y(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /r/x x",
            "POST /r/y y",
        ],
    ),
    "partials of the router's methods": (
        {
            "main.py": """
                def guard(m, p):
                    return m(p)

                r = APIRouter(prefix="/r")
                get = functools.partial(r.get, response_model=None)

                @get("/x")
                def x(): ...
                @functools.partial(r.api_route, methods=["PUT"])("/y")
                def y(): ...

                get_items = functools.partial(r.get, "/items")

                @get_items()
                def items(): ...
                @functools.partial(guard, r.get)("/z")
                def z(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /r/x x",
            "PUT /r/y y",
            "GET /r/items items",
            "GET /r/z z",
        ],
    ),
    "the router's method by name": (
        {
            "main.py": """
                r = APIRouter()
                for m in ("get", "post"):

                    @getattr(r, m)("/x")
                    def x(): ...

                def route(method, path):
                    def deco(f):
                        getattr(r, method.lower())(path)(f)
                        return f

                    return deco

                @route("PUT", "/y")
                def y(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /x x",
            "POST /x x",
            "PUT /y y",
        ],
    ),
    "a class as decorator": (
        {
            "main.py": """
                class Route:
                    def __init__(self, router, path, **kw):
                        self.router = router
                        self.path = path
                        self.kw = kw

                    def __call__(self, f):
                        self.router.add_api_route(self.path, f, **self.kw)
                        return f

                r = APIRouter()

                @Route(r, "/x", methods=["PUT"])
                def x(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "PUT /x x",
        ],
    ),
    "a decorator that collects what is registered later": (
        {
            "main.py": """
                HANDLERS = []

                def endpoint(path, method="GET"):
                    def deco(f):
                        HANDLERS.append((path, method, f))
                        return f

                    return deco

                @endpoint("/a")
                def a(): ...
                @endpoint("/b", "POST")
                def b(): ...

                app = FastAPI()
                for p, m, f in HANDLERS:
                    app.add_api_route(p, f, methods=[m])
            """,
        },
        [
            "GET /a a",
            "POST /b b",
        ],
    ),
    "a decorator in call form under a condition": (
        {
            "main.py": """
                FLAG = True
                app = FastAPI()

                def f(): ...

                if FLAG:
                    f = app.post("/register", status_code=201)(f)
            """,
        },
        [
            "POST /register f",
        ],
    ),
    "a class-based view": (
        {
            "main.py": """
                import inspect

                class Controller:
                    pass

                def controller(router):
                    def deco(cls):
                        for name, fn in inspect.getmembers(cls, inspect.isfunction):
                            pass
                        return cls

                    return deco

                r = APIRouter(prefix="/c")

                @controller(r)
                class Items:
                    dep: int = Depends(lambda: 1)

                    @r.get("/a")
                    def a(self): ...
                    @r.get("/b")
                    def b(self): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /c/a Items.a",
            "GET /c/b Items.b",
        ],
    ),
    "router classes that add dependencies": (
        {
            "main.py": """
                def user(): ...

                class UserRouter(APIRouter):
                    def __init__(self, **kw):
                        super().__init__(**kw)
                        self.dependencies.append(Depends(user))

                class Admin(UserRouter):
                    def __init__(self, tags=None, prefix="", **kw):
                        super().__init__(
                            tags=tags, prefix=prefix, dependencies=[Depends(user)], **kw
                        )

                r = Admin(prefix="/admin")

                @r.get("/x")
                def x(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /admin/x x",
        ],
    ),
    "a route class": (
        {
            "main.py": """
                from fastapi.routing import APIRoute

                class Timed(APIRoute):
                    def get_route_handler(self):
                        return super().get_route_handler()

                r = APIRouter(route_class=Timed)

                @r.get("/x")
                def x(): ...

                app = FastAPI()
                app.include_router(r)
                app.router.route_class = Timed

                @app.get("/y")
                def y(): ...
            """,
        },
        [
            "GET /x x",
            "GET /y y",
        ],
    ),
    "a route class that changes the path": (
        {
            "main.py": """
                from fastapi.routing import APIRoute

                class Pre(APIRoute):
                    def __init__(self, path, endpoint, **kw):
                        super().__init__("/pre" + path, endpoint, **kw)

                r = APIRouter(route_class=Pre)

                @r.get("/x")
                def x(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /pre/x x",
        ],
    ),
    "one app mounted at the root, with a slash, and on a router": (
        {
            "main.py": """
                sub = FastAPI()

                @sub.get("/x")
                def x(): ...

                rt = APIRouter()

                @rt.get("/r")
                def r(): ...

                rt.mount("/m", sub)
                app = FastAPI()
                app.mount("/", sub)
                app.mount("/a/", sub)
                app.include_router(rt, prefix="/p")
            """,
        },
        [
            "GET /x x",
            "GET /a/x x",
            "GET /p/r r",
            "GET /p/m/x x",
        ],
    ),
    "a mount that a setting decides": (
        {
            "main.py": """
                from config import settings

                sub = FastAPI()

                @sub.get("/x")
                def x(): ...

                app = FastAPI()
                if settings.admin:
                    app.mount("/admin", sub)
            """,
            "config.py": """
                from pydantic import BaseModel

                class S(BaseModel):
                    admin: bool = True

                settings = S()
            """,
        },
        [
            "GET /admin/x x",
        ],
    ),
    "a mount among `routes=`": (
        {
            "main.py": """
                from starlette.routing import Mount

                sub = FastAPI()

                @sub.get("/x")
                def x(): ...

                app = FastAPI(routes=[Mount("/sub", app=sub)])

                @app.get("/y")
                def y(): ...
            """,
        },
        [
            "GET /sub/x x",
            "GET /y y",
        ],
    ),
    "routes made by hand among `routes=`": (
        {
            "main.py": """
                from fastapi.routing import APIRoute

                def x(): ...
                def z(): ...

                r = APIRouter(
                    routes=[APIRoute("/x", x), APIRoute("/z", endpoint=z, methods=["POST"])]
                )
                app = FastAPI(routes=[APIRoute("/a", x)])
                app.include_router(r, prefix="/p")

                @app.get("/y")
                def y(): ...
            """,
        },
        [
            "GET /a x",
            "GET /p/x x",
            "POST /p/z z",
            "GET /y y",
        ],
    ),
    "routes put into the list of an app": (
        {
            "main.py": """
                from fastapi.routing import APIRoute

                def x(): ...

                r = APIRouter()

                @r.get("/r")
                def rr(): ...

                app = FastAPI()
                app.router.routes.append(APIRoute("/x", x))
                app.routes.extend(r.routes)
            """,
        },
        [
            "GET /x x",
            "GET /r rr",
        ],
    ),
    "an app class that registers in its own methods": (
        {
            "main.py": """
                class App(FastAPI):
                    def __init__(self, *a, **kw):
                        super().__init__(*a, title="t", **kw)
                        self.prepare()

                    def prepare(self):
                        self.add_api_route("/x", self.x, methods=["GET"])

                        @self.get("/y")
                        def y(): ...

                    def x(self): ...

                def create():
                    return App()

                app = create()
            """,
        },
        [
            "GET /x App.x",
            "GET /y App.prepare.<locals>.y",
        ],
    ),
    "several decorators on one function": (
        {
            "main.py": """
                r = APIRouter()

                @r.get("/a")
                @r.get("/b", include_in_schema=False)
                @r.post("/c")
                def f(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "POST /c f",
            "GET /b f",
            "GET /a f",
        ],
    ),
    "arguments by * and **": (
        {
            "main.py": """
                KW = dict(response_model=None)
                app = FastAPI()

                @app.get("/x", **KW)
                def x(): ...
                @app.get(**{"path": "/y"})
                def y(): ...
                @app.get(*["/z"])
                def z(): ...
            """,
        },
        [
            "GET /x x",
            "GET /y y",
            "GET /z z",
        ],
    ),
    "a registry of names": (
        {
            "main.py": """
                import a

                app = FastAPI()
                REG = {"a": "a:router"}
                import importlib

                for s in REG.values():
                    mod, _, attr = s.partition(":")
                    app.include_router(getattr(importlib.import_module(mod), attr))
                for s in REG.values():
                    mod, attr = s.split(":")
                    app.include_router(getattr(importlib.import_module(mod), attr), prefix="/2")
            """,
            "a.py": X,
        },
        [
            "GET /x x",
            "GET /2/x x",
        ],
    ),
    "routers that a package gives another name": (
        {
            "main.py": """
                from pk import items_router, users as u

                app = FastAPI()
                app.include_router(items_router)
                app.include_router(u.router)
            """,
            "pk/__init__.py": """
                from .items import router as items_router
                from . import users
            """,
            "pk/items.py": X,
            "pk/users.py": Y,
        },
        [
            "GET /x x",
            "GET /y y",
        ],
    ),
    "star imports": (
        {
            "main.py": """
                from pk import *

                app = FastAPI()
                app.include_router(items_router)
            """,
            "pk/__init__.py": """
                from .items import *
            """,
            "pk/items.py": """
                from fastapi import APIRouter

                router = APIRouter()

                @router.get("/x")
                def x(): ...

                items_router = router
            """,
        },
        [
            "GET /x x",
        ],
    ),
    "a package that imports when it is asked": (
        {
            "main.py": """
                import pk

                app = FastAPI()
                app.include_router(pk.router)
            """,
            "pk/__init__.py": """
                def __getattr__(name):
                    if name == "router":
                        from .items import router

                        return router
                    raise AttributeError(name)
            """,
            "pk/items.py": X,
        },
        [
            "GET /x x",
        ],
    ),
    "what is added after the include, and a prefix that is set later": (
        {
            "main.py": """
                a = APIRouter(prefix="/a")
                b = APIRouter(prefix="/b")
                app = FastAPI()
                app.include_router(a)
                a.include_router(b)

                @b.get("/x")
                def x(): ...

                a.prefix = "/changed"

                @a.get("/y")
                def y(): ...
            """,
        },
        [
            "GET /a/b/x x",
            "GET /changed/y y",
        ],
    ),
    "root_path is no path": (
        {
            "main.py": """
                app = FastAPI(root_path="/root", servers=[])

                @app.get("/x")
                def x(): ...

                sub = FastAPI(root_path="/s")

                @sub.get("/y")
                def y(): ...

                app.mount("/sub", sub)
            """,
        },
        [
            "GET /x x",
            "GET /sub/y y",
        ],
    ),
    "methods and properties that give routers": (
        {
            "main.py": """
                class Mod:
                    def get_router(self) -> APIRouter:
                        r = APIRouter(prefix="/m")
                        r.get("/x")(self.x)
                        return r

                    def x(self): ...

                class Mod2(Mod):
                    @property
                    def router(self):
                        return self.get_router()

                app = FastAPI()
                app.include_router(Mod().get_router())
                app.include_router(Mod2().router, prefix="/2")
            """,
        },
        [
            "GET /m/x Mod.x",
            "GET /2/m/x Mod.x",
        ],
    ),
    "decorators within `__init__`": (
        {
            "main.py": """
                class V:
                    def __init__(self):
                        self.router = APIRouter()

                        @self.router.get("/x")
                        def x(): ...

                        self.router.get("/y")(self.y)

                    def y(self): ...

                app = FastAPI()
                app.include_router(V().router)
            """,
        },
        [
            "GET /x V.__init__.<locals>.x",
            "GET /y V.y",
        ],
    ),
    "a class that registers itself": (
        {
            "main.py": """
                class V:
                    router = APIRouter(prefix="/v")

                    @classmethod
                    def register(cls, app):
                        cls.router.add_api_route("/x", cls.x)
                        app.include_router(cls.router)

                    @staticmethod
                    def x(): ...

                app = FastAPI()
                V.register(app)
            """,
        },
        [
            "GET /v/x V.x",
        ],
    ),
    "views with a base class": (
        {
            "main.py": """
                class Base:
                    prefix = "/base"

                    def __init__(self):
                        self.router = APIRouter(prefix=self.prefix)
                        self.routes()

                    def routes(self):
                        self.router.add_api_route("/", self.list, methods=["GET"])

                    def list(self): ...

                class A(Base):
                    prefix = "/a"

                class B(Base):
                    prefix = "/b"

                    def routes(self):
                        super().routes()
                        self.router.add_api_route("/extra", self.extra)

                    def extra(self): ...
                    def list(self): ...

                app = FastAPI()
                for v in [A, B]:
                    app.include_router(v().router)
            """,
        },
        [
            "GET /a/ Base.list",
            "GET /b/ B.list",
            "GET /b/extra B.extra",
        ],
    ),
    "a loop over subclasses": (
        {
            "main.py": """
                class Base:
                    router: APIRouter

                    def __init_subclass__(cls, **kw):
                        super().__init_subclass__(**kw)

                class A(Base):
                    router = APIRouter(prefix="/a")

                    @router.get("/x")
                    def x(): ...

                app = FastAPI()
                for c in Base.__subclasses__():
                    app.include_router(c.router)
            """,
        },
        [
            "GET /a/x A.x",
        ],
    ),
    "methods that are marked and looked for": (
        {
            "main.py": """
                def route(path, method="GET"):
                    def deco(f):
                        f._route = (path, method)
                        return f

                    return deco

                class C:
                    @route("/a")
                    def a(self): ...
                    @route("/b", "POST")
                    def b(self): ...

                app = FastAPI()
                c = C()
                for name in dir(c):
                    m = getattr(c, name)
                    if hasattr(m, "_route"):
                        p, me = m._route
                        app.add_api_route(p, m, methods=[me])
            """,
        },
        [
            "GET /a C.a",
            "POST /b C.b",
        ],
    ),
    "an app kept in an object": (
        {
            "main.py": """
                class Ctx:
                    def __init__(self, app):
                        self.app = app

                    def add(self, r, **kw):
                        self.app.include_router(r, **kw)

                import a

                app = FastAPI()
                Ctx(app).add(a.router, prefix="/c")
            """,
            "a.py": X,
        },
        [
            "GET /c/x x",
        ],
    ),
    "functions around the app's methods": (
        {
            "main.py": """
                app = FastAPI()

                def get(path):
                    return app.get(path)

                @get("/x")
                def x(): ...

                reg = lambda p: app.post(p)

                @reg("/y")
                def y(): ...
            """,
        },
        [
            "GET /x x",
            "POST /y y",
        ],
    ),
    "a comprehension and a map": (
        {
            "main.py": """
                import a, b

                app = FastAPI()
                [app.include_router(r) for r in (a.router,)]
                list(map(app.include_router, [b.router]))
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /x x",
            "GET /y y",
        ],
    ),
    "loops over what functions make of lists": (
        {
            "main.py": """
                import itertools, a, b

                app = FastAPI()
                for r in itertools.chain([a.router], [b.router]):
                    app.include_router(r)
                for i in range(2):
                    app.include_router(a.router, prefix=f"/{i}")
                for r in sorted([b.router], key=id):
                    app.include_router(r, prefix="/s")
                for r in reversed([a.router, b.router]):
                    app.include_router(r, prefix="/rev")
                for r in [a.router, b.router][1:]:
                    app.include_router(r, prefix="/cut")
                for r in filter(None, [a.router]):
                    app.include_router(r, prefix="/f")
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /x x",
            "GET /y y",
            "GET /0/x x",
            "GET /1/x x",
            "GET /s/y y",
            "GET /rev/y y",
            "GET /rev/x x",
            "GET /cut/y y",
            "GET /f/x x",
        ],
    ),
    "the order of sorted and reversed names": (
        {
            "main.py": """
                app = FastAPI()

                def mk(n):
                    def f(): ...

                    return f

                for n in sorted(["b", "a"]):
                    app.get("/" + n)(mk(n))
                for n in reversed(["b", "a"]):
                    app.get("/r" + n)(mk(n))
                for n in sorted({"z": 1, "y": 2}):
                    app.get("/" + n)(mk(n))
            """,
        },
        [
            "GET /a mk.<locals>.f",
            "GET /b mk.<locals>.f",
            "GET /ra mk.<locals>.f",
            "GET /rb mk.<locals>.f",
            "GET /y mk.<locals>.f",
            "GET /z mk.<locals>.f",
        ],
    ),
    "with, try and an import that fails": (
        {
            "main.py": """
                import contextlib

                app = FastAPI()
                try:
                    import nothere

                    HAVE = True
                except ImportError:
                    HAVE = False
                with contextlib.suppress(Exception):

                    @app.get("/w")
                    def w(): ...

                try:
                    from a import router

                    app.include_router(router)
                except ImportError:
                    pass
                else:

                    @app.get("/e")
                    def e(): ...
            """,
            "a.py": X,
        },
        [
            "GET /w w",
            "GET /x x",
            "GET /e e",
        ],
    ),
    "an app that is set by `global`": (
        {
            "main.py": """
                app = None

                def init():
                    global app
                    app = FastAPI()
                    app.get("/x")(x)

                def x(): ...

                init()
            """,
        },
        [
            "GET /x x",
        ],
    ),
    "an app that is made when first asked for": (
        {
            "main.py": """
                _app = None

                def get_app():
                    global _app
                    if _app is None:
                        _app = FastAPI()
                    return _app

                import a

                get_app().include_router(a.router)
                app = get_app()

                @app.get("/y")
                def y(): ...
            """,
            "a.py": X,
        },
        [
            "GET /x x",
            "GET /y y",
        ],
    ),
    "an app from a cached function": (
        {
            "main.py": """
                @functools.lru_cache
                def get_app():
                    return FastAPI()

                import a

                get_app().include_router(a.router)
                app = get_app()
            """,
            "a.py": X,
        },
        [
            "GET /x x",
        ],
    ),
    "handlers that import the app while it is imported": (
        {
            "main.py": """
                app = FastAPI()
                import views
            """,
            "views.py": """
                from main import app

                @app.get("/x")
                def x(): ...
            """,
        },
        [
            "GET /x x",
        ],
    ),
    "names for the router's methods": (
        {
            "main.py": """
                r = APIRouter()
                get = r.get

                @get("/x")
                def x(): ...

                api = r.api_route

                @api("/y", methods=["GET", "POST"])
                def y(): ...

                app = FastAPI()
                app.include_router(r)
            """,
        },
        [
            "GET /x x",
            "GET|POST /y y",
        ],
    ),
    "methods from enumerations": (
        {
            "main.py": """
                from http import HTTPMethod
                from enum import Enum

                class M(str, Enum):
                    G = "GET"

                app = FastAPI()

                @app.api_route("/y", methods=[HTTPMethod.POST])
                def y(): ...
                @app.api_route("/z", methods=[M.G])
                def z(): ...
            """,
        },
        [
            "POST /y y",
            "GET /z z",
        ],
    ),
    "a router included at two depths": (
        {
            "main.py": """
                import a

                api = APIRouter(prefix="/api")
                v1 = APIRouter(prefix="/v1")
                v1.include_router(a.router, prefix="/a")
                api.include_router(v1)
                app = FastAPI()
                app.include_router(api)
                app.include_router(a.router, prefix="/top")
            """,
            "a.py": X,
        },
        [
            "GET /api/v1/a/x x",
            "GET /top/x x",
        ],
    ),
    "a router chosen by an expression": (
        {
            "main.py": """
                import a, b

                FLAG = False
                app = FastAPI()
                app.include_router(a.router if FLAG else b.router)
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /y y",
        ],
    ),
    "a dictionary of routers that grows": (
        {
            "main.py": """
                import a, b

                R = {"a": a.router}
                R["b"] = b.router
                R.update(c=a.router)
                app = FastAPI()
                for n, r in R.items():
                    app.include_router(r, prefix=f"/{n}")
            """,
            "a.py": X,
            "b.py": Y,
        },
        [
            "GET /a/x x",
            "GET /b/y y",
            "GET /c/x x",
        ],
    ),
    "a match statement": (
        {
            "main.py": """
                MODE = "a"
                app = FastAPI()
                match MODE:
                    case "a":

                        @app.get("/a")
                        def a(): ...
                    case _:
                        pass
            """,
        },
        [
            "GET /a a",
        ],
    ),
    "everything imported from fastapi": (
        {
            "main.py": """
                from fastapi import *

                app = FastAPI()
                r = APIRouter()

                @r.get("/x")
                def x(): ...

                app.include_router(r)
            """,
        },
        [
            "GET /x x",
        ],
    ),
    "settings of Starlette": (
        {
            "main.py": """
                from starlette.config import Config

                c = Config()
                P = c("P", default="/p")
                D = c("D", cast=bool, default=True)
                r = APIRouter()

                @r.get("/x")
                def x(): ...

                app = FastAPI()
                app.include_router(r, prefix=P)
                if D:
                    app.include_router(r, prefix="/d")
            """,
        },
        [
            "GET /p/x x",
            "GET /d/x x",
        ],
    ),
    "settings decide by default, and leave both branches open": (
        {
            "main.py": """
                import os

                DEBUG = os.getenv("D", "true").lower() in ("1", "true")
                r = APIRouter()

                @r.get("/x")
                def x(): ...

                app = FastAPI(docs_url=None if DEBUG else "/d")
                app.include_router(r, prefix="/a" if DEBUG else "/b")

                def extra(app):
                    if not DEBUG:
                        return
                    app.include_router(r, prefix="/e")

                extra(app)
                prefix = "/1"
                if not DEBUG:
                    prefix = "/2"
                app.include_router(r, prefix=prefix)
            """,
        },
        [
            "GET /a/x x",
            "GET /e/x x",
            "GET /1/x x",
        ],
    ),
}
