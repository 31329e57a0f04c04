"""Ranges of versions, as manifests write them: ``>=0.115,<1``, ``^2.0``, ``~=1.4``.

Only releases are told apart: a pre-release, post-release or local build is its release.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

Release = tuple[int, ...]
"""``(0, 115)``: without the zeros at its end, which mean nothing."""

_RELEASE = re.compile(r"\s*v?(?:\d{1,9}!)?(\d{1,9}(?:\.\d{1,9})*)(\.\*)?", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(~=|===?|!=|<=?|>=?|\^|~)?\s*([^\s,]+)\s*(?:,|\s|$)")
_JUST_BELOW, _AT = -1, 0


class Range(msgspec.Struct, frozen=True):
    """The versions that a statement allows; all of them when nothing is said."""

    low: Release = ()
    """The oldest."""
    high: Release | None = None
    """The newest, or what follows it; None where there is no limit."""
    closed: bool = True
    """Whether ``high`` itself is allowed."""

    @property
    def exact(self) -> bool:
        """Whether one version only is allowed."""
        return self.closed and self.high is not None and self.low == self.high

    def reaches(self, release: Release) -> bool:
        """Whether the newest version that is allowed is ``release`` or newer."""
        return self.top is None or self.top >= (_plain(release), _AT)

    def starts_at(self, release: Release) -> bool:
        """Whether every version that is allowed is ``release`` or newer."""
        return self.low >= _plain(release)

    def holds(self, other: Range) -> bool:
        """Whether all that ``other`` allows is allowed."""
        if self.top is None:
            return other.low >= self.low
        return other.low >= self.low and other.top is not None and other.top <= self.top

    def within(self, other: Range) -> Range:
        """What both allow; this one where that is nothing."""
        low = max(self.low, other.low)
        upper = min((each for each in (self, other) if each.top), key=_top_of, default=self)
        both = Range(low, upper.high, upper.closed)
        empty = both.top is not None and both.top < (low, _AT)
        return self if empty else both

    @property
    def top(self) -> tuple[Release, int] | None:
        """The newest version as something to compare: what is just below 2 is newer than 1.99."""
        if self.high is None:
            return None
        return (self.high, _AT if self.closed else _JUST_BELOW)

    def __str__(self) -> str:
        if self.exact:
            return dotted(self.low, 3)
        parts = [f">={dotted(self.low)}"] if self.low else []
        if self.high is not None:
            parts.append(f"{'<=' if self.closed else '<'}{dotted(self.high)}")
        return ",".join(parts) or "any"


ANY = Range()


def release(text: str) -> Release | None:
    """``0.115.0rc1`` as (0, 115); None for what is no version."""
    match = _RELEASE.match(text)
    return None if match is None else _plain(tuple(map(int, match[1].split("."))))


def dotted(of: Release, parts: int = 2) -> str:
    """(0, 115) as ``0.115``, or in three parts as ``0.115.0``: equal, and as it is published."""
    return ".".join(map(str, (*of, *(0,) * (parts - len(of)))))


def exactly(version: str) -> Range | None:
    """The range of one version; None for what is no version."""
    found = release(version)
    return None if found is None else Range(found, found)


def parse(text: str, *, bare: str = "==") -> Range:
    """The hull of what ``text`` allows. What is not understood allows everything.

    ``bare`` is the sign of a version without one: poetry reads ``1.2`` as ``==1.2``. Of
    alternatives (``^1.10 || ^2``) the oldest and the newest count; exclusions do not.
    """
    return hull(_all_of(each, bare) for each in text.split("||"))


def hull(ranges: Iterable[Range]) -> Range:
    """The narrowest range that holds all of them."""
    several = list(ranges)
    if not several:
        return ANY
    low = min(each.low for each in several)
    if any(each.high is None for each in several):
        return Range(low)
    upper = max(several, key=_top_of)
    return Range(low, upper.high, upper.closed)


def _all_of(text: str, bare: str) -> Range:
    found = ANY
    position = 0
    while match := _CLAUSE.match(text, position):
        position = match.end()
        found = found.within(_clause(match[1] or bare, match[2]))
    return found


def _clause(sign: str, text: str) -> Range:
    match = _RELEASE.match(text)
    if match is None or sign == "!=":
        return ANY
    written = tuple(map(int, match[1].split(".")))
    own = _plain(written)
    if match[2]:  # ==1.4.*
        return Range(own, _plain(_next(written)), closed=False) if sign[0] in "=^~" else ANY
    match sign:
        case "==" | "===":
            return Range(own, own)
        case ">=" | ">":
            return Range(own)  # that 2.0 itself is not allowed decides nothing that is asked here
        case "<=":
            return Range((), own)
        case "<":
            return Range((), own, closed=False)
        case "~=":
            return Range(own, _plain(_next(written[:-1] or written)), closed=False)
        case "~":
            return Range(own, _plain(_next(written[:2])), closed=False)
        case _:  # ^: up to the next change of the first number that is not zero
            first = next((at for at, number in enumerate(written) if number), len(written) - 1)
            return Range(own, _plain(_next(written[: first + 1])), closed=False)


def _next(written: Release) -> Release:
    return (*written[:-1], written[-1] + 1)


def _plain(numbers: Release) -> Release:
    end = len(numbers)
    while end > 1 and not numbers[end - 1]:
        end -= 1
    return numbers[:end]


def _top_of(each: Range) -> tuple[Release, int]:
    return each.top or ((), _AT)
