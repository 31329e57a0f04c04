"""What one module binds in another one."""

from __future__ import annotations

from pathlib import Path

import modelcases
import pytest

HEAD = """
import os
import cfg
from cfg import PREFIX
from fastapi import FastAPI
app = FastAPI()
def h(): ...
"""
CASES = {
    "its reader": "cfg.PREFIX = '/v2'\napp.get(cfg.PREFIX + '/x')(h)",
    "who imported it before": "cfg.PREFIX = '/v2'\napp.get(PREFIX + '/x')(h)",
    "who imports it afterwards": (
        "cfg.PREFIX = '/v2'\nfrom cfg import PREFIX\napp.get(PREFIX + '/x')(h)"
    ),
    "a function that does it": (
        "def change():\n    cfg.PREFIX = '/v2'\nchange()\napp.get(cfg.PREFIX + '/x')(h)"
    ),
    "a new name": "cfg.OTHER = '/v3'\napp.get(cfg.OTHER + '/x')(h)",
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_it_is_bound_there(code: str, tmp_path: Path) -> None:
    files = {"cfg.py": "PREFIX = '/v1'\n", "main.py": HEAD + code}
    found = modelcases.table(modelcases.project(files))
    assert found
    assert found == [row for row in modelcases.judged(files, tmp_path) if row.endswith(" h")]


def test_under_a_condition_nobody_knows() -> None:
    code = "if os.path.exists('x'):\n    cfg.PREFIX = '/v2'\napp.get(cfg.PREFIX + '/x')(h)"
    project = modelcases.project({"cfg.py": "PREFIX = '/v1'\n", "main.py": HEAD + code})
    assert modelcases.table(project) == ["GET … h"]


def test_what_a_test_puts_there_is_not_served() -> None:
    files = {
        "cfg.py": "PREFIX = '/v1'\n",
        "main.py": HEAD + "app.get(cfg.PREFIX + '/x')(h)",
        "conftest.py": "import cfg\nimport fastapi\ncfg.PREFIX = '/v9'\n",
    }
    assert modelcases.table(modelcases.project(files)) == ["GET /v1/x h"]
