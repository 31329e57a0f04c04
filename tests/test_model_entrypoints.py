"""Where the run begins: what a server is told to load."""

import modelcases
import pytest

from fastlint.config.settings import Settings

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
        ("shop.app:build", "there is no one module `shop.app` in the project"),
    ],
)
def test_an_entry_point_that_is_not_there_is_said(entrypoint: str, reason: str) -> None:
    files = {"shop/__init__.py": "", "shop/main.py": FACTORY}
    project = modelcases.project(files, Settings(entrypoint=(entrypoint,)))
    assert project.coverage.unknown == (f"entry point `{entrypoint}`: {reason}",)


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
