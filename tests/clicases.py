"""Runs the command line as a user would: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from fastlint.cli.commands import build

SOURCES = Path(__file__).resolve().parent.parent / "src"
COLOURS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS")

BROKEN = "def broken(:\n"
"""FLT901, an error without a fix."""
MISNAMED = "x = 1  # fastlint: ignore[no-such-rule]\n"
"""FLT904, a warning with a safe fix, which leaves `MENDED`."""
MENDED = "x = 1\n"
SECRET = 'JWT_SECRET = "q7R!x2vZ0pLk9#mT4wYb"\n'
"""FLT201, with an unsafe fix."""


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def run(
    *args: str | Path, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> Ran:
    """Run a command in this process."""
    environment = {**dict.fromkeys(COLOURS), **(env or {})}
    with chdir(cwd):
        result = CliRunner().invoke(build(), [str(each) for each in args], stdin, environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def printed(*args: str | Path, cwd: Path, stdin: bytes = b"") -> bytes:
    """What a command writes to stdout, byte for byte, run in this process."""
    with chdir(cwd):
        result = CliRunner().invoke(
            build(), [str(each) for each in args], stdin, dict.fromkeys(COLOURS)
        )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout_bytes


def command(*args: str | Path) -> list[str]:
    """The command line of ``python -m fastlint``."""
    return [sys.executable, "-m", "fastlint", *map(str, args)]


def environment(**more: str) -> dict[str, str]:
    """The environment of a process, without what a developer has set about colours."""
    kept = {key: value for key, value in os.environ.items() if key not in COLOURS}
    return {**kept, "PYTHONPATH": str(SOURCES), **more}


def spawn(*args: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process; ``more`` are environment variables."""
    return subprocess.run(
        command(*args), cwd=cwd, env=environment(**more), capture_output=True, check=False
    )


def project(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A project of these files; it has a pyproject.toml, so that its root is known."""
    (root / "pyproject.toml").touch()
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root
