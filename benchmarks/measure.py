"""Whole processes, measured by the operating system: CPU seconds with all children."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one command cost: the median of several runs."""

    cpu: float
    """Seconds, user and system, of the process and everything it started."""
    memory: float
    """Megabytes at the peak of the largest process."""


def cost(
    command: Sequence[str],
    runs: int = 5,
    before: Callable[[int], None] = lambda _: None,
    cwd: Path | None = None,
) -> Cost:
    """Run ``command`` several times; ``before`` prepares each run (its number is passed)."""
    seconds: list[float] = []
    peaks: list[float] = []
    for run in range(runs + 1):
        before(run)
        used, peak = _once(command, cwd)
        if run:  # the first run only warms the caches of the operating system
            seconds.append(used)
            peaks.append(peak)
    return Cost(statistics.median(seconds), max(peaks))


def _once(command: Sequence[str], cwd: Path | None) -> tuple[float, float]:
    """CPU seconds and peak megabytes, the latter as the children that were waited for report it."""
    # A process of its own does the waiting, so that its children's usage is this command's alone.
    script = (
        "import os, resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        check=True,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
    )
    used, peak = done.stdout.split()
    return float(used), float(peak)
