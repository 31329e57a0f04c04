"""Routers of modules that a program looks for in its own folders, held against FastAPI."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

ROUTER = """
from fastapi import APIRouter
router = APIRouter(prefix="/{0}")

@router.get("/")
def read_{0}(): ...
"""
FILES = {
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/items.py": ROUTER.format("items"),
    "app/api/users.py": ROUTER.format("users"),
    "app/api/admin/__init__.py": "",
    "app/api/admin/jobs.py": ROUTER.format("jobs"),
}
BEFORE = """
import glob, importlib, os, pkgutil
from pathlib import Path
from fastapi import FastAPI
import app.api as api

main = FastAPI()
here = Path(__file__).parent / "app"

def include(name):
    module = importlib.import_module(name)
    router = getattr(module, "router", None)
    if router:
        main.include_router(router)
"""
NEAR, ALL = ["items", "users"], ["items", "jobs", "users"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("for each in pkgutil.iter_modules(api.__path__): include(f'app.api.{each.name}')", NEAR),
        (
            "for _, name, is_package in pkgutil.walk_packages(api.__path__, prefix='app.api.'):\n"
            "    if not is_package: include(name)",
            ALL,
        ),
        (
            "for name in os.listdir(api.__path__[0]):\n"
            "    if name.endswith('.py') and not name.startswith('_'):\n"
            "        include(f'app.api.{name[:-3]}')",
            NEAR,
        ),
        (
            "folder = os.path.join(os.path.dirname(__file__), 'app', 'api')\n"
            "for path in glob.glob(os.path.join(folder, '*.py')):\n"
            "    include('app.api.' + os.path.basename(path)[:-3])",
            NEAR,
        ),
        (
            "root = os.path.abspath(os.path.dirname(__file__))\n"
            "for path in sorted(glob.glob(os.path.join(root, '*', 'api', '[!_]*.py'))):\n"
            "    include(os.path.relpath(path, root).replace(os.sep, '.')[:-3])",
            NEAR,
        ),
        ("for path in (here / 'api').glob('*.py'): include(f'app.api.{path.stem}')", NEAR),
        (
            "for path in here.resolve().joinpath('api').iterdir():\n"
            "    if path.is_file() and path.suffix == '.py' and path.name != '__init__.py':\n"
            "        include('app.api.' + path.stem)",
            NEAR,
        ),
        (
            "for path in here.rglob('*.py'):\n"
            "    include('.'.join(path.relative_to(here.parent).with_suffix('').parts))",
            ALL,
        ),
        (
            "for folder, _, names in os.walk(str(here / 'api')):\n"
            "    for name in names:\n"
            "        if name.endswith('.py') and os.path.basename(folder) == 'admin':\n"
            "            include('app.api.admin.' + name.removesuffix('.py'))",
            ["jobs"],
        ),
        (
            "folder = Path(__file__).parents[0] / 'app' / 'api'\n"
            "if folder.is_dir() and (folder / 'users.py').exists(): include('app.api.users')\n"
            "if (folder / 'nothing.py').is_file(): include('app.api.items')",
            ["users"],
        ),
    ],
)
def test_routers_that_are_looked_for_in_folders(
    search: str, found: list[str], tmp_path: Path
) -> None:
    files = {**FILES, "main.py": f"{BEFORE}\n{search}\n"}
    expected = [f"GET /{name}/ read_{name}" for name in found]
    assert sorted(modelcases.judged(files, tmp_path, "main:main")) == expected
    project = modelcases.project(files)
    assert sorted(modelcases.table(project)) == expected
    assert [route.unknown for route in project.routes if route.app is not None] == [()] * len(found)


OWN = """
from fastapi import APIRouter

class Ordered(APIRouter):
    def __init__(self, *, order=100, **options):
        self.order = order
        super().__init__(**options)
"""
CONTROLLER = """
import logging
from enum import Enum
from fastapi import APIRouter, Depends
from own import Ordered

logger = logging.getLogger(__name__)
LIMIT = 10
class Kind(Enum):
    ONE = 1
{0} = Ordered(prefix="/{0}", order={1})
{0}_plain = APIRouter(prefix="/{0}-plain")

@{0}.get("/")
def read_{0}(): ...

@{0}_plain.get("/")
def plain_{0}(): ...
"""
REGISTER = """
import glob, importlib, os
from fastapi import APIRouter, FastAPI
from own import Ordered

class Register:
    def __init__(self, app):
        self.app = app
        self.root = os.path.abspath(os.path.dirname(__file__))

    def _files(self):
        return sorted(glob.glob(os.path.join(self.root, "*", "controller", "[!_]*.py")))

    def _routers(self, paths):
        found = []
        for path in paths:
            name = os.path.relpath(path, self.root).replace(os.sep, ".")[:-3]
            module = importlib.import_module(name)
            for key, value in module.__dict__.items():
                if isinstance(value, Ordered):
                    if value.order:
                        found.append((key, value))
                elif isinstance(value, APIRouter):
                    found.append((key, value))
        return found

    def _sorted(self, routers):
        def key(item):
            name, router = item
            if isinstance(router, Ordered):
                return (0, router.order, name)
            return (1, name)

        return sorted(routers, key=key)

    def run(self):
        for _, router in self._sorted(self._routers(self._files())):
            self.app.include_router(router)

app = FastAPI()
Register(app).run()
"""


def test_a_registrar_that_sorts_what_it_finds_in_many_modules(tmp_path: Path) -> None:
    files = {"own.py": OWN, "main.py": REGISTER}
    for at in range(9):
        files[f"m{at % 3}/controller/c{at}.py"] = CONTROLLER.format(f"c{at}", (at * 7) % 5)
    expected = modelcases.judged(files, tmp_path)
    assert len(expected) > len(files)
    project = modelcases.project(files)
    assert modelcases.table(project) == expected
    assert {r.unknown for r in project.routes if r.app is not None} == {()}


def test_a_folder_that_a_setting_names_is_not_known() -> None:
    search = "for path in Path(os.environ['ROUTERS']).glob('*.py'): include(path.stem)"
    project = modelcases.project({**FILES, "main.py": f"{BEFORE}\n{search}\n"})
    assert {route.app for route in project.routes} == {None}


def test_the_path_of_a_file_is_no_text_that_a_route_begins_with() -> None:
    text = (
        "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get(f'/x{__file__}')\ndef x(): ...\n"
    )
    (route,) = modelcases.project({"main.py": text}).routes
    assert route.path is None
