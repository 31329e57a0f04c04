"""Whoever writes a rule can see what the model makes of a file."""

from __future__ import annotations

import known
import modelcases

CODE = """
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse

app = FastAPI()


def get_name() -> str:
    return "report"


@app.get("/reports/{number}")
async def read_report(number: int, name: Annotated[str, Depends(get_name)]) -> FileResponse:
    return FileResponse(path(number), filename=name)


def path(number: int) -> str:
    return later(number)
"""


def test_routes_and_what_runs_for_them() -> None:
    assert list(known.known(modelcases.project(CODE))) == [
        "GET /reports/{number} -> main:read_report",
        "    path number: builtins.int",
        "    dependency name: str",
        "    depends on main:get_name",
        "    answers with whatever it returns",
        "main:read_report, main.py:15",
        "    16: path(an object of builtins.int) -> an object of builtins.str",
        "    16: starlette.responses.FileResponse(an object of builtins.str, "
        "filename=an object of builtins.str) -> an object of starlette.responses.FileResponse",
        "main:get_name, main.py:10",
        "main:path, main.py:19",
        "    20: later(an object of builtins.int) -> unknown (`later` is not defined in the file)",
    ]
