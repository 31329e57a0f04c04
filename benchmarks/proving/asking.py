"""Asks an interpreter what FastAPI makes of an application; nothing of it is imported here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.proving.inside.serving import MARK

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 900
"""Seconds after which an import is given up."""
USUAL = (
    *("fastapi", "fastapi.testclient", "fastapi.security", "fastapi.middleware.cors"),
    *("fastapi.templating", "fastapi.staticfiles", "fastapi.openapi.docs", "sqlmodel"),
    *("sqlalchemy.orm", "sqlalchemy.ext.asyncio", "httpx", "jwt", "pydantic_settings"),
)
"""Libraries that are loaded once for all jobs."""

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from benchmarks.proving.inside.serving import serve; "
    "sys.path[:] = [each for each in sys.path if each not in ('', sys.argv[1])]; serve()"
)

Told = dict[str, Any]


class Interpreter:
    """A Python that has what the applications need; each question is a process of its own."""

    def __init__(
        self, python: str = sys.executable, environment: dict[str, str] | None = None
    ) -> None:
        self._command = [python, "-c", _START, str(ROOT)]
        self._environment = {
            **{k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONWARNINGS")},
            "PYTHONHASHSEED": "0",
            **(environment or {}),
        }
        self._libraries: list[str] = []
        self._own: set[str] = set()
        self._process: subprocess.Popen[str] | None = None
        self.versions: dict[str, str] = {}
        """The versions of the libraries that fastlint asks about, and of Python."""

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._stop()

    def preload(self, libraries: Iterable[str], own: Iterable[str] = ()) -> None:
        """Load libraries, so that not every question has to wait for them.

        ``own``: packages of the application, of which no library may bring an installed copy.
        """
        self._libraries += [each for each in libraries if each not in self._libraries]
        self._own |= set(own)
        self._load()

    def _load(self) -> None:
        self._ask({"preload": self._libraries, "own": sorted(self._own)})

    def ask(
        self,
        root: Path,
        modules: Sequence[str],
        search: Sequence[str] = (".",),
        applications: Sequence[str] = (),
    ) -> Told:
        """What the modules of a folder come to; ``{"died": True}`` where they end the process."""
        job = {
            "root": str(root),
            "modules": modules,
            "search": search,
            "applications": applications,
            "seconds": LONGEST,
        }
        answer = self._ask(job)
        if "bug" in answer:
            raise RuntimeError(f"cannot tell what {root} is: {answer['bug']}")
        if not self._forks:  # the next one must not find what this one left behind
            self._stop()
            self._start()
        return answer

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self._environment,
        )
        hello = self._read()
        if "versions" not in hello:
            raise RuntimeError(f"{self._command[0]} cannot be used: it needs FastAPI")
        self.versions, self._forks = hello["versions"], hello["forks"]
        if self._libraries and self._forks:
            self._load()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _ask(self, job: dict[str, Any]) -> Told:
        process = self._process
        assert process is not None  # noqa: S101 - used as a context manager
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        answer = self._read()
        if "died" in answer and process.poll() is not None:
            self._stop()
            self._start()
        return answer

    def _read(self) -> Told:
        process = self._process
        assert process is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            if line.startswith(MARK):
                answer: Told = json.loads(line.removeprefix(MARK))
                return answer
        process.wait()
        return {"died": True}
