"""Names across files: whatever way a router, handler or constant is imported, it is the same one.

FastAPI judges: every project here is imported for real as well.
"""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

from fastlint.model.project import Project
from fastlint.model.serving.understood import NO_APP

ITEMS = """
from fastapi import APIRouter
router = APIRouter(prefix="/items")
PREFIX = "/v1"
_private = APIRouter(prefix="/private")
@router.get("/")
def list_items() -> list[int]: ...
@_private.get("/")
def list_private() -> list[int]: ...
"""

ONE = ["GET /items/ list_items"]
PREFIXED = ["GET /v1/items/ list_items"]


def main(imports: str, includes: str = "app.include_router(router)") -> str:
    return f"from fastapi import FastAPI\n{imports}\napp = FastAPI()\n{includes}\n"


CASES = {
    "from a module": ({"items.py": ITEMS, "main.py": main("from items import router")}, ONE),
    "under another name": (
        {
            "items.py": ITEMS,
            "main.py": main("from items import router as r", "app.include_router(r)"),
        },
        ONE,
    ),
    "a whole module": (
        {"items.py": ITEMS, "main.py": main("import items", "app.include_router(items.router)")},
        ONE,
    ),
    "a module of a package, by its full name": (
        {
            "shop/__init__.py": "",
            "shop/items.py": ITEMS,
            "main.py": main("import shop.items", "app.include_router(shop.items.router)"),
        },
        ONE,
    ),
    "a module of a package, under another name": (
        {
            "shop/__init__.py": "",
            "shop/items.py": ITEMS,
            "main.py": main("import shop.items as i", "app.include_router(i.router)"),
        },
        ONE,
    ),
    "two modules of one package, each by its full name": (
        {
            "shop/__init__.py": "",
            "shop/items.py": ITEMS,
            "shop/prefix.py": 'PREFIX = "/v1"',
            "main.py": main(
                "import shop.items\nimport shop.prefix",
                "app.include_router(shop.items.router, prefix=shop.prefix.PREFIX)",
            ),
        },
        PREFIXED,
    ),
    "a package without __init__": (
        {"shop/items.py": ITEMS, "main.py": main("from shop.items import router")},
        ONE,
    ),
    "through __init__": (
        {
            "shop/__init__.py": "from .items import router, PREFIX as V1",
            "shop/items.py": ITEMS,
            "main.py": main("from shop import V1, router", "app.include_router(router, prefix=V1)"),
        },
        PREFIXED,
    ),
    "through two __init__s under other names": (
        {
            "shop/__init__.py": "from .api import items_router as first",
            "shop/api/__init__.py": "from .items import router as items_router",
            "shop/api/items.py": ITEMS,
            "main.py": main("import shop", "app.include_router(shop.first)"),
        },
        ONE,
    ),
    "a submodule that __init__ does not mention": (
        {
            "shop/__init__.py": "",
            "shop/items.py": ITEMS,
            "main.py": main("from shop import items", "app.include_router(items.router)"),
        },
        ONE,
    ),
    "a name in __init__ hides the submodule": (
        {
            "shop/__init__.py": "from .items import router as items",
            "shop/items.py": ITEMS,
            "main.py": main("from shop import items", "app.include_router(items)"),
        },
        ONE,
    ),
    "relative, from the same package and from above": (
        {
            "shop/__init__.py": "",
            "shop/api/__init__.py": "from .. import items\nfrom ..prefix import *\n",
            "shop/items.py": ITEMS,
            "shop/prefix.py": 'PREFIX = "/v1"',
            "main.py": main(
                "from shop import api",
                "app.include_router(api.items.router, prefix=api.PREFIX)",
            ),
        },
        PREFIXED,
    ),
    "by star": (
        {
            "items.py": ITEMS,
            "main.py": main("from items import *", "app.include_router(router, prefix=PREFIX)"),
        },
        PREFIXED,
    ),
    "by star, as __all__ says": (
        {
            "items.py": ITEMS + "\n__all__ = ['_private']\nrouter = None",
            "main.py": main(
                "router = None\nfrom items import *",
                "if router is None:\n    app.include_router(_private)",
            ),
        },
        ["GET /private/ list_private"],
    ),
    "by star, through a package that puts __all__ together": (
        {
            "shop/__init__.py": (
                "from . import items\nfrom .items import *\n__all__ = ['VERSION'] + items.__all__\n"
                "VERSION = '/v1'"
            ),
            "shop/items.py": ITEMS + "\n__all__ = ['router']",
            "main.py": main("from shop import *", "app.include_router(router, prefix=VERSION)"),
        },
        PREFIXED,
    ),
    "in a circle": (
        {
            "items.py": "from users import NAME\n" + ITEMS + "\nimport users",
            "users.py": (
                "NAME = 'x'\nimport items\nfrom fastapi import APIRouter\n"
                "users = APIRouter()\n"
                "@users.get('/users')\ndef list_users() -> str: return items.PREFIX\n"
            ),
            "main.py": main(
                "import users\nfrom items import router",
                "app.include_router(users.users)\napp.include_router(router)",
            ),
        },
        ["GET /users list_users", *ONE],
    ),
    "views that import the app": (
        {
            "main.py": main("", "import views"),
            "views.py": 'from main import app\n@app.get("/")\ndef read() -> int: ...\n',
        },
        ["GET / read"],
    ),
    "inside a function": (
        {
            "items.py": ITEMS,
            "main.py": main(
                "def add(app):\n    from items import router as r\n    app.include_router(r)",
                "add(app)",
            ),
        },
        ONE,
    ),
    "where the first import fails": (
        {
            "items.py": ITEMS,
            "main.py": main(
                "try:\n    from nowhere import router\nexcept ImportError:\n"
                "    from items import router"
            ),
        },
        ONE,
    ),
    "only for the type checker": (
        {
            "items.py": ITEMS,
            "main.py": main(
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import items\n"
                "from items import router"
            ),
        },
        ONE,
    ),
    "in a circle that only the type checker sees": (
        {
            "items.py": "from fastapi import APIRouter, Depends\nimport deps\n"
            "def guard() -> None: ...\nrouter = APIRouter(dependencies=deps.GUARDS)\n"
            "@router.get('/items')\ndef list_items() -> int: ...\n",
            "deps.py": "from typing import TYPE_CHECKING\nfrom fastapi import Depends\n"
            "if TYPE_CHECKING:\n    from users import router\n"
            "def guard() -> None: ...\nGUARDS = [Depends(guard)]\n",
            "users.py": "from items import router, guard\n"
            "@router.get('/users')\ndef list_users() -> int: ...\n",
            "main.py": main("import items, users", "app.include_router(users.router)"),
        },
        ["GET /items list_items", "GET /users list_users"],
    ),
    "a lazy package that names its modules for the type checker": (
        {
            "shop/__init__.py": "import importlib\nfrom typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    from shop import items\n"
            "def __getattr__(name):\n    return importlib.import_module('shop.' + name)\n",
            "shop/items.py": ITEMS,
            "main.py": main("import shop", "app.include_router(shop.items.router)"),
        },
        ONE,
    ),
    "a module and what it holds have one name": (
        {
            "shop/__init__.py": "",
            "shop/config/__init__.py": "from .settings import settings",
            "shop/config/settings.py": "class S:\n    PREFIX = '/v1'\nsettings = S()",
            "shop/items.py": ITEMS,
            "main.py": main(
                "from shop.config import settings\nfrom shop.items import router",
                "app.include_router(router, prefix=settings.PREFIX)",
            ),
        },
        PREFIXED,
    ),
    "in a long file that a small function imports first": (
        {
            "main.py": main(
                "def name():\n    from the_long_one import NAME\n    return NAME\nPREFIX = name()\n"
                "from the_long_one import router",
                "app.include_router(router, prefix=PREFIX)",
            ),
            "the_long_one.py": ITEMS.replace(
                "router = ", "NAME = '/v1'\n" + "x = 1\n" * 400 + "router = "
            ),
        },
        PREFIXED,
    ),
    "by importlib": (
        {
            "shop/__init__.py": "",
            "shop/items.py": ITEMS,
            "main.py": main(
                "from importlib import import_module",
                'app.include_router(import_module("shop.items").router)',
            ),
        },
        ONE,
    ),
    "by getattr, from a list of modules": (
        {
            "items.py": ITEMS,
            "main.py": main(
                "import items",
                'for module in [items]:\n    app.include_router(getattr(module, "router"))',
            ),
        },
        ONE,
    ),
    "everything of fastapi under other names": (
        {
            "main.py": (
                "import fastapi.routing as fr\nfrom fastapi import applications\n"
                "app = applications.FastAPI()\nrouter = fr.APIRouter(prefix='/items')\n"
                "@router.get('/')\ndef list_items() -> int: ...\napp.include_router(router)\n"
            ),
        },
        ONE,
    ),
    "of two modules of one name the nearer one": (
        {
            "main.py": main("from shop.api import router"),
            "shop/__init__.py": "",
            "shop/api.py": "from .items import router",
            "shop/items.py": ITEMS,
            "items.py": "router = None",
        },
        ONE,
    ),
}


def unresolved(project: Project) -> list[str]:
    """What could not be told, apart from who includes what nobody includes."""
    return [each for each in project.coverage.unknown if NO_APP not in each]


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_a_name_is_what_it_was_bound_to(
    files: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    project = modelcases.project(files)
    assert modelcases.table(project) == expected
    assert modelcases.judged(files, tmp_path) == expected
    assert unresolved(project) == []


@pytest.mark.parametrize(
    ("files", "unknown"),
    [
        ({"main.py": main("from plugins import router")}, "the included router is not known"),
        ({"main.py": main("from plugins import *")}, "the included router is not known"),
        ({"main.py": main("import items"), "items.py": ITEMS}, "the included router is not known"),
        (
            {
                "main.py": main(
                    "import importlib, os",
                    "app.include_router(importlib.import_module(os.environ['X']).router)",
                )
            },
            "the included router is not known",
        ),
    ],
    ids=["not in the project", "perhaps by a star", "never bound", "by a name known at run time"],
)
def test_what_cannot_be_known_is_said(files: dict[str, str], unknown: str) -> None:
    (said,) = unresolved(modelcases.project(files))
    assert unknown in said
    assert said.startswith("main.py:")
