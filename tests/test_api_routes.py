"""The table of routes, asked for by a program."""

from __future__ import annotations

from fastlint.api import routes_of_texts

APP = """
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from settings import flag, prefix

def guard(): raise HTTPException(403)
def make(role):
    def check(): raise HTTPException(403)
    return check

app = FastAPI()
router = APIRouter(prefix="/r")

@router.get("/open")
def open_(): ...

@router.get("/closed", dependencies=[Depends(guard), Depends(make("x"))])
def closed(): ...

if flag:
    app.include_router(router, prefix="/maybe")
app.include_router(router, prefix=prefix)
app.mount("/other", prefix)
app.frontend("/", directory="site")

@app.get("/last")
def last(): ...
"""


def test_parts_and_steps_lead_from_the_app_to_the_handler() -> None:
    table = routes_of_texts({"main.py": APP})
    first = table.routes[0]
    assert [(part.by, part.text, part.span.line) for part in first.parts] == [
        ("app", "", 10),
        ("include", "/maybe", 20),
        ("router", "/r", 11),
        ("route", "/open", 13),
    ]
    (step,) = first.steps
    assert (step.conditional, step.is_mount) == (True, False)
    assert table.routers[step.child].id == "main:router"


def test_each_part_that_is_not_known_is_marked() -> None:
    table = routes_of_texts({"main.py": APP})
    assert [route.path for route in table.routes] == [
        "/maybe/r/open",
        "/maybe/r/closed",
        "…/r/open",
        "…/r/closed",
        "/other",
        "/last",
        "/",
    ]


def test_guards_are_named_by_what_made_them() -> None:
    table = routes_of_texts({"main.py": APP})
    assert [(route.guarded, route.guards) for route in table.routes[:2]] == [
        (False, ()),
        (True, ("guard", "make")),
    ]


def test_the_coverage_is_told() -> None:
    table = routes_of_texts({"main.py": APP, "broken.py": "def f(:\n"})
    assert (table.total, table.left_out, table.coverage.unread) == (5, 0, 1)


MIDDLEWARE = """
from fastapi import FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

class AccessLogMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        return await call_next(request)

class TokenMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        return JSONResponse({}, status_code=401)

logged = FastAPI()
logged.add_middleware(AccessLogMiddleware)
@logged.get("/")
def a(): ...

guarded = FastAPI()
guarded.add_middleware(TokenMiddleware)
@guarded.get("/")
def b(): ...
"""


def test_a_middleware_is_no_guard_for_its_name_alone() -> None:
    table = routes_of_texts({"main.py": MIDDLEWARE})
    assert [(route.guarded, route.guards) for route in table.routes] == [
        (None, ()),
        (True, ("TokenMiddleware",)),
    ]


LOOKING = """
from fastapi import FastAPI, HTTPException
from starlette.middleware.base import BaseHTTPMiddleware

def user_of(token):
    raise HTTPException(401)

class SessionMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        BODY
        return await call_next(request)

    async def find(self, token):
        return user_of(token)

app = FastAPI()
app.add_middleware(SessionMiddleware)

@app.get("/")
def a(): ...
"""


def test_a_middleware_that_goes_on_without_a_user_is_no_guard() -> None:
    """Who looks for a user and catches that there is none turns nobody away."""
    catching = (
        "try:\n            await self.find('x')\n        except HTTPException:\n            pass"
    )
    for body, guarded in ((catching, None), ("await self.find('x')", True)):
        name = LOOKING.replace("BODY", body).replace("SessionMiddleware", "TokenMiddleware")
        (route,) = routes_of_texts({"main.py": name}).routes
        assert route.guarded is guarded


def test_a_middleware_that_a_setting_may_leave_out_is_no_guard() -> None:
    text = """
import os
from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()

@app.get("/")
def a(): ...

if os.environ.get("TOKEN"):
    @app.middleware("http")
    async def check_token(request, call_next):
        return JSONResponse({}, status_code=401)
"""
    (route,) = routes_of_texts({"main.py": text}).routes
    assert (route.guarded, route.guards) == (None, ())
    always = text.replace('if os.environ.get("TOKEN"):', "if True:")
    (route,) = routes_of_texts({"main.py": always}).routes
    assert (route.guarded, route.guards) == (True, ("check_token",))


def test_a_handler_goes_by_its_own_name() -> None:
    table = routes_of_texts(
        {
            "main.py": "from fastapi import FastAPI\ndef create_app():\n    app = FastAPI()\n"
            "    @app.get('/')\n    def home(): ...\n    return app\napp = create_app()\n"
        }
    )
    (route,) = table.routes
    assert (route.name, route.handler) == ("home", "main:create_app.<locals>.home")


def test_a_handler_that_looks_itself_is_named() -> None:
    table = routes_of_texts(
        {
            "main.py": "from fastapi import FastAPI, HTTPException\napp = FastAPI()\n"
            "@app.get('/')\ndef f(n: int):\n    raise HTTPException(403)\n"
        }
    )
    assert table.routes[0].guards == ("(handler)",)
