"""How far the reading is: for a person who waits, and only then."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fastlint.cli.terminal import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_PATIENCE = 1.0
"""Seconds after which somebody who waits would like to know for what."""
_EVERY = 0.1


class Progress:
    """Told how many of how many files have been read; draws a bar on stderr when it takes long."""

    def __init__(self, *, quiet: bool) -> None:
        self._wanted = is_terminal(sys.stderr) and not quiet and not os.environ.get("CI")
        self._next = time.monotonic() + _PATIENCE
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Take note, and draw."""
        if not self._wanted or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task("Reading", total=total)
        if self._task is not None:
            self._bar.update(self._task, completed=done, refresh=True)


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    # Drawn when there is news: a thread that does it by the clock would outlive a fork badly.
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
