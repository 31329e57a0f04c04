"""Paths and tags that are made of the name of a class, as of models and class-based views."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
from fastapi import APIRouter, FastAPI
app = FastAPI()
def h(): ...
class Base:
    @classmethod
    def of_class(cls):
        return cls.__name__
    def of_type(self):
        return type(self).__name__.lower()
    def of_object(self):
        return self.__class__.__name__
class Sub(Base): ...
"""

NAMES = {
    "a class": "Sub.__name__",
    "a class method": "Sub.of_class()",
    "the class of an object": "Sub().of_object()",
    "the type of an object": "Sub().of_type()",
    "a text with a number": "'v%d' % 2",
    "a text with several": "'%s-%d' % (Sub.__name__, 3)",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES.values(), ids=list(NAMES))
def test_a_path_may_be_made_of_a_name(name: str, tmp_path: Path) -> None:
    files = {"main.py": f"{HEAD}app.get('/' + ({name}))(h)\n"}
    assert modelcases.table(modelcases.project(files)) == modelcases.judged(files, tmp_path)


def test_which_subclass_a_declared_object_is_of_nobody_knows() -> None:
    code = f"{HEAD}def add(it: Base): app.get('/' + it.of_type())(h)\nadd(load())\n"
    (route,) = modelcases.project(code).routes
    assert route.path is None


def test_which_subclass_calls_a_class_method_nobody_knows() -> None:
    code = (
        "from fastapi import APIRouter, FastAPI\nclass Base:\n    @classmethod\n"
        "    def make(cls):\n        app = FastAPI()\n"
        "        @app.get('/' + cls.__name__)\n        def h(): ...\n        return app\n"
    )
    assert "/Base" not in [route.path for route in modelcases.project(code).routes]
