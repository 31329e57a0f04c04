"""What apps and routers are called, above all those that a factory makes."""

import modelcases
import pytest

FACTORY = """
from fastapi import APIRouter, FastAPI

def create_app(prefix):
    app = FastAPI()

    @app.get(prefix + "/items")
    def items(): ...

    return app

def crud(name):
    router = APIRouter(prefix=name)

    @router.get("/")
    def read(): ...

    return router
"""


def told(files: dict[str, str]) -> dict[str, str]:
    """The path of the one route of each app or router."""
    routes = modelcases.project(files).routes
    return {each.router.id: each.path for each in routes if each.path is not None}


@pytest.mark.parametrize(
    ("main", "names"),
    [
        (
            "public = create_app('/public')\nadmin = create_app('/admin')\n",
            {"main:public": "/public/items", "main:admin": "/admin/items"},
        ),
        (
            "def serve():\n    return create_app('/public')\n"
            "def serve_staff():\n    return create_app('/admin')\n",
            {
                "factory:app (by serve)": "/public/items",
                "factory:app (by serve_staff)": "/admin/items",
            },
        ),
        (
            "app = create_app('/public')\napps = [create_app('/a'), create_app('/b')]\n",
            {
                "main:app": "/public/items",
                "factory:app (2)": "/a/items",
                "factory:app (3)": "/b/items",
            },
        ),
        (
            "from fastapi import FastAPI\nmain = FastAPI()\n"
            "cats = crud('/cats')\nmain.include_router(cats)\nmain.include_router(crud('/dogs'))\n",
            {"main:cats": "/cats/", "factory:router (2)": "/dogs/"},
        ),
        ("service = create_app('/public')\n", {"factory:app": "/public/items"}),
    ],
    ids=["variables", "callers", "neither", "routers", "one app keeps its own"],
)
def test_what_a_factory_makes_goes_by_a_name_of_its_own(main: str, names: dict[str, str]) -> None:
    text = f"from factory import create_app, crud\n{main}"
    assert told({"factory.py": FACTORY, "main.py": text, "also.py": "from main import *"}) == names
