"""Which findings of a run are left to ruff."""

from __future__ import annotations

from collections.abc import Callable

from fastlint.findings import Problem
from fastlint.overlap.configured import Configured
from fastlint.overlap.reading import File
from fastlint.overlap.same import twin
from fastlint.overlap.table import TWINS


class Leaving:
    """Looks closely at the files of which both have something to say, at each of them once."""

    def __init__(self, ruff: Configured, text: Callable[[str], str | None]) -> None:
        self.ruff = ruff
        self.text = text
        self.files: dict[str, File | None] = {}

    def leaves(self, code: str, problem: Problem) -> bool:
        """Whether ruff, as the project has set it up, reports this problem of our rule ``code``."""
        path = problem.span.path
        running = self.ruff.on(path) if code in TWINS else frozenset()
        if running.isdisjoint(TWINS.get(code, ())):
            return False
        file = self._file(path)
        return file is not None and twin(code, problem, file) in running

    def _file(self, path: str) -> File | None:
        if path not in self.files:
            text = self.text(path)
            try:
                self.files[path] = None if text is None else File(text)
            except (SyntaxError, ValueError, RecursionError):  # newer than the Python that runs
                self.files[path] = None
        return self.files[path]
