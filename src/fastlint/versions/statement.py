"""What one line of a file says of one distribution, and names in their normal form."""

from __future__ import annotations

import re

import msgspec

from fastlint.versions.ranges import Range

_SEPARATORS = re.compile(r"[-_.]+")


class Statement(msgspec.Struct, frozen=True):
    """A requirement of the project."""

    name: str
    """Of the distribution, normalised."""
    range: Range
    line: int
    """1-based; 0 where it is not known."""


def normal(name: str) -> str:
    """``Pydantic_Settings`` as ``pydantic-settings`` (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def line_of(text: str, offset: int) -> int:
    """The line (1-based) on which a character stands."""
    return text.count("\n", 0, offset) + 1
