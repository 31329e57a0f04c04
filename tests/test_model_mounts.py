"""What an app serves besides path operations: mounts, and routes of Starlette's own."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import modelcases
import oracle
import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from fastlint.model.project import Project

DOCUMENTATION = ("/docs", "/redoc", "/openapi.json")
MADE_BY_HAND = """
from fastapi import FastAPI
from starlette.routing import Mount, Route, WebSocketRoute

async def ping(request): ...
async def echo(websocket): ...

app = FastAPI(
    routes=[
        Route("/listed", ping, methods=["POST"]),
        WebSocketRoute("/talk", echo),
        Mount("/below", routes=[Route("/ping", endpoint=ping)]),
    ]
)
app.router.routes.append(Route("/appended", ping))
"""
BY_METHODS = """
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

async def ping(request): ...

app = FastAPI()
router = APIRouter(prefix="/p")
app.add_route("/ping", ping, ["POST"])
app.add_route("/pong", route=ping)
app.mount("/files", StaticFiles(directory="."))
router.add_route("/inside", endpoint=ping)
app.include_router(router, prefix="/i")
"""


def told(project: Project) -> list[tuple[str, str]]:
    """Path and handler of everything that FastAPI does not inject into."""
    assert project.routes == ()
    return [
        (each.path or "", getattr(getattr(each.entry.target, "facts", None), "name", ""))
        for each in project.mounts
    ]


def served(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The same of an app that runs, its documentation left out."""
    for route, effective in oracle.effective_routes(routes):
        path = prefix + effective.path
        if isinstance(route, Mount) and route.routes:
            yield from served(route.routes, path)
        elif isinstance(route, Mount):
            yield path, ""
        elif isinstance(route, Route | WebSocketRoute) and not path.startswith(DOCUMENTATION):
            yield path, route.endpoint.__name__


@pytest.mark.parametrize("text", [MADE_BY_HAND, BY_METHODS], ids=["by-hand", "by-methods"])
def test_what_starlette_serves_is_known(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    with oracle.imported(tmp_path) as evaluate:
        real = list(served(evaluate("main:app").routes))
    assert len(real) > 3
    assert told(modelcases.project(text)) == real


def test_the_handler_of_a_decorated_one_is_known() -> None:
    text = (
        "from fastapi import FastAPI\napp = FastAPI()\n@app.route('/x', ['PUT'])\ndef f(r): ...\n"
    )
    (mount,) = modelcases.project(text).mounts
    assert told(modelcases.project(text)) == [("/x", "f")]
    assert mount.entry.methods == ("PUT",)


def test_what_a_mounted_app_serves_stands_between_what_surrounds_it() -> None:
    text = """
from fastapi import FastAPI
app, sub = FastAPI(), FastAPI()
@app.get("/a")
def a(): ...
@sub.get("/b")
def b(): ...
sub.mount("/files", object())
app.mount("/sub", sub)
@app.get("/c")
def c(): ...
"""
    project = modelcases.project(text)
    assert [each.path for each in project.served] == ["/a", "/sub", "/sub/b", "/sub/files", "/c"]
    inside = [slot.path for order in project.orders for slot in order.slots if slot.entry]
    assert inside == ["/a", "/sub", "/c", "/b", "/files"], "each app has an order of its own"


def test_an_app_in_a_mount_with_routes_of_its_own_stands_there_alone(tmp_path: Path) -> None:
    code = (
        "from fastapi import FastAPI\nfrom starlette.routing import Mount\napp = FastAPI()\n"
        "sub = FastAPI()\n@sub.get('/s')\ndef s(): ...\n"
        "app.router.routes.append(Mount('/six', routes=[Mount('/deep', app=sub)]))\n"
    )
    project = modelcases.project(code)
    assert modelcases.table(project) == ["GET /six/deep/s s"]
    assert modelcases.judged({"main.py": code}, tmp_path) == ["GET /six/deep/s s"]
