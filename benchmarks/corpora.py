"""Pinned applications from the package index, unpacked side by side."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
DOWNLOADS = HERE / ".downloads"

APPLICATIONS = {
    "apache-airflow-core": "3.3.2",
    "mlflow": "3.17.2",
    "prefect": "3.9.1",
    "fastapi": "0.165.0",
}
"""Wheels, but for FastAPI, whose sdist carries its examples (``docs_src``)."""


def fetch(name: str) -> Path:
    """The folder with the sources of an application; downloaded once."""
    folder = DOWNLOADS / f"{name}-{APPLICATIONS[name]}"
    if not folder.is_dir():
        archive = _download(name)
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        _unpack(archive, partial)
        (partial / "fastlint.toml").touch()  # a project of its own, not a part of this one
        partial.rename(folder)
    return folder


def _download(name: str) -> Path:
    into = DOWNLOADS / "archives" / name
    into.mkdir(parents=True, exist_ok=True)
    kind = "--no-binary" if name == "fastapi" else "--only-binary"
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
        *(kind, ":all:", "--dest", str(into)),
        f"{name}=={APPLICATIONS[name]}",
    ]
    subprocess.run(command, check=True)
    return max(into.iterdir(), key=lambda path: path.stat().st_mtime)


def _unpack(archive: Path, into: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into)  # noqa: S202 - an archive that the project pinned
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(into, filter="data")


def double(folder: Path, into: Path, times: int) -> None:
    """``folder`` copied ``times`` times side by side, each copy a project part of its own."""
    for number in range(times):
        shutil.copytree(folder, into / f"part{number}", ignore=shutil.ignore_patterns(".*"))


def lines(folder: Path) -> int:
    """How many lines of Python there are in a folder."""
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))
