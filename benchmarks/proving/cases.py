"""What is proven, how, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.proving.comparing import Difference
from fastlint.config.settings import Settings

Verdict = Literal["equal", "declared", "undeclared", "dropped", "not importable"]


EVERYTHING = Settings(select=("ALL",))


@dataclass(frozen=True)
class Case:
    """A project whose fixes are to be proven: a copy of it, which is written to."""

    label: str
    root: Path
    entries: tuple[tuple[str, ...], ...]
    """The modules to import, each group of them in a process of its own."""
    settings: Settings = EVERYTHING
    search: tuple[str, ...] = (".",)
    """The folders below ``root`` in which Python looks for modules."""
    applications: tuple[str, ...] = ()
    """Expressions such as ``app.main:create_app()``, where no variable holds the application."""
    with_fixed: bool = False
    """Whether the modules that are fixed are imported besides, after each group of ``entries``."""


@dataclass(frozen=True)
class Plan:
    """What is tried of each case."""

    unsafe: bool = False
    """Unsafe fixes too; then only what can no longer be imported is a mistake."""
    alone: int | None = None
    """How many fixes are tried one at a time, chosen by chance; None for all. All others are tried
    together with the others of their rule."""


@dataclass(frozen=True)
class Result:
    """What came of one fix, or of all of a case together."""

    case: str
    codes: tuple[str, ...]
    """The rules of the findings that it mends."""
    place: str
    verdict: Verdict
    alone: bool
    """Whether it was tried one at a time."""
    found: tuple[Difference, ...] = ()
    reason: str = ""
    """Why it was dropped, or could not be imported."""
    inside: bool = False
    """Whether only bodies of functions are different, most of which no import runs."""


@dataclass(frozen=True)
class Proof:
    """What came of cases."""

    fixes: tuple[Result, ...] = ()
    """One for each fix."""
    together: tuple[Result, ...] = ()
    """One for each group of modules, for all fixes of its case."""
    handlers: int = 0
    """How many handlers the applications have that were compared."""
    missing: tuple[str, ...] = ()
    """What was asked for and could not be imported, so that nothing was compared of it."""

    def __add__(self, other: Proof) -> Proof:
        """What came of the cases of both."""
        return Proof(
            self.fixes + other.fixes,
            self.together + other.together,
            self.handlers + other.handlers,
            self.missing + other.missing,
        )


def module_of(path: str, search: Iterable[str] = ("src", "backend")) -> str:
    """The dotted name under which Python finds a file in one of the folders; "" for none."""
    for folder in search:
        path = path.removeprefix(f"{folder}/")
    names = path.removesuffix(".py").removesuffix("/__init__").split("/")
    is_module = path.endswith(".py") and names[-1] != "__main__"
    return ".".join(names) if is_module and all(map(str.isidentifier, names)) else ""
