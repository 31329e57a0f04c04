"""What fastlint says: the frozen nouns that every room may speak of. Imports nothing of fastlint.

Positions are 1-based everywhere: lines as editors count them, columns in characters (not bytes),
and the end column is exclusive, so the span of ``ab`` at the start of a file is 1:1-1:3.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import msgspec


class Severity(StrEnum):
    """The consequence of a finding, not our confidence in it."""

    ERROR = "error"
    """It will misbehave or is a hole: proven."""
    WARNING = "warning"
    """A risk."""
    INFO = "info"
    """Style."""

    @property
    def rank(self) -> int:
        """Higher is graver; comparable between severities."""
        return ("info", "warning", "error").index(self.value)


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A stretch of one file. ``path`` is relative to the project root, with forward slashes."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies within this span (the same span does)."""
        return (
            self.path == other.path
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


class Related(msgspec.Struct, frozen=True, gc=False):
    """One step of the trail that leads from a route to what is wrong, in the order it is walked."""

    span: Span
    message: str


class Edit(msgspec.Struct, frozen=True, order=True, gc=False):
    """Replace what stands at ``span`` by ``text``; an empty span inserts, an empty text deletes."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """How it is written right. ``safe``: nothing changes except the reported defect."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class Withheld(msgspec.Struct, frozen=True, gc=False):
    """That nothing is offered, and why. Counts as nothing: ``if not edits`` is true of it."""

    reason: str
    """A clause that completes "no fix: ...", without a final period; what is sure, or nothing."""

    def __bool__(self) -> Literal[False]:
        return False


Changes = tuple[Edit, ...] | Withheld | None
"""What a fixing verb gives: edits, or else why there are none; None where it cannot say."""
Offer = Fix | Withheld | None
"""What a rule's ``fix`` gives."""
Mend = Literal[
    "none",
    "rename",
    "keyword",
    "listed",
    "collected",
    "drop",
    "moved",
    "wrapped",
    "request first",
    "option",
    "value",
    "written out",
    "annotated",
    "schema hook",
    "base",
    "validators hook",
    "config",
    "validator",
    "root validator",
    "drop import",
    "lifespan",
]
"""How an old name is written anew: what a rule of the migration asks a fix for."""


class Problem(msgspec.Struct, frozen=True, gc=False):
    """What a rule yields: what is wrong, where, and why. The engine makes a `Finding` of it."""

    span: Span
    message: str
    """What and why, in one sentence without a final period."""
    help: str = ""
    """What to do instead."""
    related: tuple[Related, ...] = ()
    affected: tuple[str, ...] = ()
    """``module:qualname`` of every handler that the problem concerns."""
    severity: Severity | None = None
    """Only where this case is graver or lighter than the rule's page says."""
    data: Any = None
    """What the rule's own ``fix`` needs to know; plain values only, since it is cached."""
    fixable: bool = True
    """False where the rule knows that its fix must not be offered."""
    mended_in: str = ""
    """The file that the fix changes, where that is not the one of ``span``."""
    withheld: str = ""
    """Why not, where ``fixable`` is false: a clause that completes "no fix: ..."."""
    also: tuple[Span, ...] = ()
    """What else it speaks of, in one breath: a comment there silences it as well."""


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A problem under its rule's name, as it is shown. Only the engine makes these."""

    code: str
    name: str
    category: str
    severity: Severity
    message: str
    help: str
    span: Span
    related: tuple[Related, ...]
    affected: tuple[str, ...]
    fix: Fix | None
    url: str
    withheld: str = ""
    """Why there is no fix, though the rule has one; empty where that is not known."""


CUT_SHORT = "the project's code goes on for too long: not all of its routes are known"
"""What is not known where following stopped before the code came to its end."""


class Coverage(msgspec.Struct, frozen=True, gc=False):
    """How much of the project was understood, so that silence is never mistaken for health."""

    files: int = 0
    """Python files that were read."""
    unread: int = 0
    """Python files that could not be read or parsed."""
    apps: int = 0
    routers: int = 0
    routes: int = 0
    """Path operations and WebSockets under each of their paths. Here as of apps and routers, those
    that only the project's tests make are left out."""
    unknown_routes: int = 0
    """Routes of which a part (path, handler, a dependency, metadata) could not be resolved."""
    unknown: tuple[str, ...] = ()
    """What could not be resolved and why, one sentence each, ``path:line`` first."""
    mounts: int = 0
    """What else is served at a path: other apps, files, routes of Starlette's own."""
    test_routes: int = 0
    """The routes that only the tests make."""
    lost_entry_points: tuple[str, ...] = ()
    """Which of the entry points of the settings lead nowhere, and why, one sentence each."""

    @property
    def is_cut_short(self) -> bool:
        """Whether following stopped before the project's code came to its end."""
        return CUT_SHORT in self.unknown
