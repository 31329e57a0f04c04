"""Objects of which there is only one, made by a class's own ``__new__``."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

SERVER = """
import threading
from fastapi import FastAPI

lock = threading.Lock()

class Server:
    one = None
    __hidden = None

    def __new__(cls, *args, **kwargs):
        {new}

    def __init__(self):
        self.app = FastAPI()
        self.app.get("/x")(self.x)

    def x(self): ...

app = Server().app
"""
NEW = {
    "another object each time": "return super().__new__(cls)",
    "a name in between": "made = object.__new__(cls)\n        return made",
    "kept by the class": (
        "if cls.one is None:\n            cls.one = super().__new__(cls)\n        return cls.one"
    ),
    "kept by the class's name": (
        "if Server.one is None:\n            Server.one = object.__new__(cls)\n"
        "        return Server.one"
    ),
    "kept under a private name": (
        "if Server.__hidden is None:\n            Server.__hidden = object.__new__(cls)\n"
        "        return Server.__hidden"
    ),
    "behind a lock": (
        "with lock:\n            if not cls.one:\n                cls.one = super().__new__(cls)\n"
        "        return cls.one"
    ),
}


@pytest.mark.parametrize("new", NEW.values(), ids=NEW)
def test_what_the_only_object_serves_is_known(new: str, tmp_path: Path) -> None:
    files = {"main.py": SERVER.format(new=new)}
    project = modelcases.project(files)
    assert modelcases.table(project) == ["GET /x Server.x"]
    assert modelcases.judged(files, tmp_path) == ["GET /x Server.x"]
