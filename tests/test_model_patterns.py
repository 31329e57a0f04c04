"""The ways in which real applications build their routes. FastAPI judges each of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import modelcases
import patterncases
import pytest


@pytest.mark.parametrize(
    ("files", "expected"), patterncases.PATTERNS.values(), ids=patterncases.PATTERNS
)
def test_the_pattern_is_followed(
    files: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    texts = {path: dedent(text) for path, text in files.items()}
    if "from fastapi import *" not in texts["main.py"]:
        texts["main.py"] = patterncases.HEAD + texts["main.py"]
    project = modelcases.project(texts)
    assert modelcases.judged(texts, tmp_path) == expected
    assert modelcases.table(project) == expected
    assert project.coverage.unknown == ()
