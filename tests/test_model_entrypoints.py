"""Where the run begins: what a server is told to load."""

import modelcases
import pytest

from fastlint.config.settings import Settings
from fastlint.model.serving.entered import reached

FACTORY = """
from fastapi import FastAPI

def build(prefix="/v1", reports=False):
    app = FastAPI()

    @app.get(prefix + "/items")
    def items(): ...

    if reports:

        @app.get("/reports")
        def reports(): ...

    return app

def build_for_staff(reports):
    return build("/staff", reports)
"""


def routes(files: dict[str, str], *entrypoint: str) -> list[str]:
    return modelcases.table(modelcases.project(files, Settings(entrypoint=entrypoint)))


def test_a_factory_that_is_an_entry_point_is_called_with_its_defaults() -> None:
    files = {"shop/main.py": FACTORY}
    assert routes(files, "shop.main:build") == ["GET /v1/items build.<locals>.items"]
    assert len(routes(files)) == 2, "without one, whoever calls it may say otherwise"


@pytest.mark.parametrize(
    "serving",
    [
        'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run("shop.main:build")\n',
        'from uvicorn import run\n\ndef main():\n    run("shop.main:build", factory=True)\n',
        'import uvicorn\nserver = uvicorn.Server(uvicorn.Config("shop.main:build"))\n',
        'from granian import Granian\nGranian("shop.main:build", factory=True).serve()\n',
    ],
)
def test_what_the_code_gives_to_a_server_is_an_entry_point(serving: str) -> None:
    files = {"shop/main.py": FACTORY, "serve.py": serving}
    assert routes(files) == ["GET /v1/items build.<locals>.items"]


@pytest.mark.parametrize(
    "other",
    [
        'from tools import run\nrun("shop.main:build")\n',
        'import uvicorn\nuvicorn.run(f"shop.main:{name}")\n',
        'import uvicorn\nprint("shop.main:build")\n',
    ],
)
def test_other_texts_are_no_entry_points(other: str) -> None:
    assert len(routes({"shop/main.py": FACTORY, "serve.py": other})) == 2


def test_a_server_that_runs_in_a_folder_below_is_understood() -> None:
    files = {"backend/__init__.py": "", "backend/shop/main.py": FACTORY}
    assert routes(files, "shop.main:build") == ["GET /v1/items build.<locals>.items"]


@pytest.mark.parametrize(
    ("entrypoint", "reason"),
    [
        ("shop.main:create", "`shop.main` has no `create`"),
        ("shop.main:build.app", "what it is could not be told"),
        ("shop.app:build", "no one file is the module `shop.app`: the project has none"),
        (
            "tasks:app",
            "no one file is the module `tasks`: `one/tasks.py` and `two/tasks.py` could be it",
        ),
        ("shop.main", "this is not of the form `module:variable`"),
        ("shop/main.py:build", "this is not of the form `module:variable`"),
        ("shop.main:VERSION", "this is no application"),
        ("shop.main:router", "this is no application"),
    ],
)
def test_an_entry_point_that_is_not_there_is_said(entrypoint: str, reason: str) -> None:
    more = "\nfrom fastapi import APIRouter\nVERSION = '1'\nrouter = APIRouter()\n"
    files = {"shop/__init__.py": "", "shop/main.py": FACTORY + more}
    files |= {"one/tasks.py": "app = 1", "two/tasks.py": "app = 2"}
    project = modelcases.project(files, Settings(entrypoint=(entrypoint,)))
    (said,) = project.coverage.lost_entry_points
    assert said.startswith(f"entry point `{entrypoint}`: ")
    assert reason in said


@pytest.mark.parametrize(
    "app", ["app", "build", "wrapped", "made", "holder.app", "from_elsewhere", "Server"]
)
def test_an_entry_point_that_may_be_one_is_not_doubted(app: str) -> None:
    main = (
        FACTORY
        + """
from elsewhere import from_elsewhere, Middleware
app = build()
wrapped = Middleware(app)
def made(): return from_elsewhere()
class Server(FastAPI): ...
class Holder:
    def __init__(self): self.app = app
holder = Holder()
"""
    )
    project = modelcases.project({"shop/main.py": main}, Settings(entrypoint=(f"shop.main:{app}",)))
    assert project.coverage.lost_entry_points == ()


TWO_APPS = """
from fastapi import FastAPI
from elsewhere import Middleware

app, admin, sub = FastAPI(), FastAPI(), FastAPI()
app.mount("/sub", sub)
served = Middleware(app)
"""


@pytest.mark.parametrize(
    ("entrypoint", "expected"),
    [
        (["main:app"], {"app": True, "sub": True, "admin": False}),
        (["main:served"], {"app": True, "sub": True, "admin": False}),
        (["main:app", "main:admin"], {"app": True, "sub": True, "admin": True}),
        (["main:app", "main:gone"], None),
        ([], None),
    ],
)
def test_what_no_entry_point_leads_to_is_known(
    entrypoint: list[str], expected: dict[str, bool] | None
) -> None:
    project = modelcases.project(TWO_APPS, Settings(entrypoint=tuple(entrypoint)))
    known = reached(project)
    told = known and {app.value.name: id(app.value) in known for app in project.apps}
    assert told == expected


def test_an_app_that_a_caller_of_its_factory_adds_to_is_told_once() -> None:
    main = """
import uvicorn
from fastapi import FastAPI

def create_app():
    app = FastAPI()

    @app.get("/items")
    def items(): ...

    return app

def setup():
    app = create_app()

    @app.get("/health")
    def health(): ...

    return app

if __name__ == "__main__":
    uvicorn.run("shop.main:create_app", factory=True)
"""
    found = routes({"shop/main.py": main})
    assert found == ["GET /items create_app.<locals>.items", "GET /health setup.<locals>.health"]


def test_an_app_to_which_a_caller_adds_once_more_what_it_has_is_not_lost() -> None:
    factory = """
from fastapi import APIRouter, FastAPI

router = APIRouter()

@router.get("/items")
def items(): ...

def add_routers(app):
    app.include_router(router)

def create_app():
    app = FastAPI()
    add_routers(app)
    return app
"""
    script = "from factory import add_routers, create_app\napp = create_app()\nadd_routers(app)\n"
    plain = "from factory import create_app\napp = create_app()\n"
    found = routes({"factory.py": factory, "script.py": script, "serve.py": plain})
    assert set(found) == {"GET /items items"}
