"""What an app adds when its server starts, and where an app stands that may be mounted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import modelcases
import oracle
import pytest
from fastapi import FastAPI

ROUTES = """
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI

extra = APIRouter(prefix="/extra")

@extra.get("/x")
def x(): ...
"""

STARTED = {
    "a lifespan": ROUTES
    + """
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.include_router(extra)
    yield

app = FastAPI(lifespan=lifespan)
""",
    "a lifespan in a factory": ROUTES
    + """
def create_app() -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI):
        app.include_router(extra)
        yield

    return FastAPI(lifespan=lifespan)

app = create_app()
""",
    "a function that the lifespan calls": ROUTES
    + """
def load_plugins(target):
    target.include_router(extra)

@asynccontextmanager
async def lifespan(app: FastAPI):
    load_plugins(app)
    yield

app = FastAPI(lifespan=lifespan)
""",
    "a lifespan that adds more at its end": ROUTES
    + """
@asynccontextmanager
async def inner():
    try:
        yield
    finally:
        extra.get("/of_inner")(x)

@asynccontextmanager
async def lifespan(app: FastAPI):
    app.include_router(extra)
    async with inner():
        try:
            yield
        finally:
            app.get("/finally")(x)
    app.get("/late")(x)

app = FastAPI(lifespan=lifespan)
""",
}


async def _served_once_started(app: FastAPI) -> list[str | None]:
    async with app.router.lifespan_context(app):
        return [each.path for each in oracle.served(app)]


@pytest.mark.parametrize("code", STARTED.values(), ids=list(STARTED))
def test_what_the_lifespan_registers_is_served(code: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        assert asyncio.run(_served_once_started(evaluate("main:app"))) == ["/extra/x"]
    assert modelcases.table(modelcases.project(code)) == ["GET /extra/x x"]


COMMAND = """
import typer
from fastapi import FastAPI
from api import app

def serve(prefix: str = typer.Option(...)):
    if prefix:
        server = FastAPI()
        server.mount(prefix, app)
"""
EMBEDDED = """
from fastapi import APIRouter, FastAPI
from api import app

def embed(host: FastAPI, path: str) -> FastAPI:
    host.include_router(APIRouter())
    host.mount(path, app)
    return host
"""


@pytest.mark.parametrize("caller", [COMMAND, EMBEDDED], ids=["a command", "a stranger's app"])
def test_an_app_that_may_be_mounted_anywhere_stands_by_itself(caller: str) -> None:
    api = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef f(): ...\n"
    project = modelcases.project({"api.py": api, "serving.py": caller})
    route = modelcases.route(project, "GET /x")
    assert route.app is not None
    assert (route.app.id, route.unknown) == ("api:app", ())
    assert any("where the app is mounted is not known" in each for each in project.linker.unknown)


def test_a_router_that_repeats_what_an_app_serves_is_not_told_again() -> None:
    project = modelcases.project(
        {
            "api.py": ROUTES + "app = FastAPI()\napp.include_router(extra)\n",
            "schema.py": """
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from api import extra

def schema():
    router = APIRouter()
    router.include_router(extra)
    return get_openapi(title="x", version="1", routes=router.routes)

def again(app: FastAPI):
    app.include_router(extra)
""",
        }
    )
    assert [each.label for each in project.routes] == ["GET /extra/x"]


@pytest.mark.parametrize(
    "line", ["app = extend(app)", "app = await policy.configure(app)", "app = extend(app=app)"]
)
def test_an_app_that_is_handed_back_is_the_same(line: str) -> None:
    project = modelcases.project(
        "from fastapi import FastAPI\nfrom plugin import extend\n"
        "async def create_app(policy):\n    app = FastAPI()\n"
        f"    {line}\n    @app.get('/x')\n    def f(): ...\n    return app\n"
    )
    assert modelcases.table(project) == ["GET /x create_app.<locals>.f"]


def test_an_app_that_is_wrapped_is_another_thing() -> None:
    project = modelcases.project(
        "from fastapi import FastAPI\nfrom plugin import Wrapper\napp = FastAPI()\n"
        "app = Wrapper(app)\n@app.get('/x')\ndef f(): ...\n"
    )
    assert modelcases.table(project) == []
