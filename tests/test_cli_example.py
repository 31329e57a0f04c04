"""The example application: the first thing that a newcomer lints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clicases import run

SHOP = Path(__file__).resolve().parent.parent / "examples" / "shop"

SHOWN = {
    ("FLT101", "app/security.py"),
    ("FLT201", "app/config.py"),
    ("FLT202", "app/routers/admin.py"),
    ("FLT203", "app/routers/orders.py"),
    ("FLT301", "app/routers/products.py"),
    ("FLT304", "app/services/orders.py"),
    ("FLT403", "app/routers/products.py"),
    ("FLT503", "app/database.py"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example."""
    left_out = shutil.ignore_patterns("__pycache__", ".*")
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=left_out))


def found(shop: Path) -> set[tuple[str, str]]:
    out = json.loads(run("check", "--output-format", "json", cwd=shop).out)
    assert all(each["fix"] or each["related"] for each in out["findings"])
    return {(each["code"], each["filename"]) for each in out["findings"]}


def test_it_shows_a_handful_of_real_defects(shop: Path) -> None:
    assert found(shop) == SHOWN


def test_fixing_leaves_what_needs_a_decision(shop: Path) -> None:
    ran = run("check", "--fix", "--unsafe-fixes", cwd=shop)
    assert ran.code == 1
    assert found(shop) == {each for each in SHOWN if each[0] in {"FLT202", "FLT203"}}
    imports(shop, JWT_SECRET="x")


def test_it_is_a_real_application(shop: Path) -> None:
    assert "/api/orders" in imports(shop)


def imports(shop: Path, **environment: str) -> str:
    """The paths of the application, which is imported with FastAPI alone."""
    ran = subprocess.run(
        [sys.executable, "-c", "from app.main import app; print(list(app.openapi()['paths']))"],
        cwd=shop,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
