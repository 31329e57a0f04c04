"""One library's version, as far as the project says it."""

from __future__ import annotations

import operator
import re

import msgspec

from fastlint.versions.ranges import Range, Release, dotted, release

_HOLDS = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_PART = re.compile(r"(>=|<=|==|<|>)([\d.]+)")


class Place(msgspec.Struct, frozen=True):
    """A line (1-based) of a file; the path is relative to the project's root."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


class Version(msgspec.Struct, frozen=True):
    """The version of a library that the project runs with, or those that it may.

    A rule asks for releases as tuples: ``at_least((0, 115))``. Where the project allows several,
    it is judged by the newest of them: that is what an installation without a lock gets.
    """

    name: str
    """Of the distribution, normalised: ``python-multipart``."""
    range: Range
    newest: Release
    """The newest release that is allowed, or that is known where no limit is set; of ``<2``, which
    no list of releases is kept for, the 2 that it stays below."""
    place: Place | None = None
    """The line that says it; None where none does."""
    because: str = ""
    """What says it where it is no line: ``required by fastapi 0.95.2``."""

    def at_least(self, release: Release) -> bool:
        """Whether the project runs, or may run, with ``release`` or a newer one."""
        return self.range.reaches(release)

    def below(self, release: Release) -> bool:
        """Whether the project certainly runs with something older than ``release``."""
        return not self.range.reaches(release)

    def always_at_least(self, release: Release) -> bool:
        """Whether the project cannot run with anything older than ``release``.

        True for a lock file that says so and for a lower bound; a project that says nothing may
        run with anything.
        """
        return self.range.starts_at(release)

    def fits(self, gate: str) -> bool:
        """Whether the newest version that is allowed lies in a range such as ``>=0.115,<1``."""
        top = self.range.top
        for sign, text in _PART.findall(gate):
            bound = release(text)
            if bound is None:
                continue
            if top is None:  # newer than anything
                if sign not in (">=", ">"):
                    return False
            elif not _HOLDS[sign](top, (bound, 0)):
                return False
        return True

    @property
    def is_said(self) -> bool:
        """Whether the project says anything about it."""
        return self.place is not None or bool(self.because)

    @property
    def origin(self) -> str:
        """Who says so, in words."""
        if self.because and self.place:
            return f"{self.because} ({self.place})"
        return self.because or (str(self.place) if self.place else "the newest known")

    def __str__(self) -> str:
        """``fastapi 0.115.2``, ``pydantic >=1.10,<2``; the newest known where nothing is said."""
        return f"{self.name} {self.shown}"

    @property
    def shown(self) -> str:
        """``0.115.2``, ``>=1.10,<2``."""
        return str(self.range) if self.is_said else dotted(self.newest, 3)
