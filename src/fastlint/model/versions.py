"""Comparing the versions that a project runs with."""

from __future__ import annotations


def is_before(version: str | None, other: str) -> bool:
    """Whether ``version`` is known and older than ``other``; both are numbers with dots."""
    return version is not None and _numbers(version) < _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = []
    for part in version.split("."):
        digits = "".join(c for c in part if c.isdigit())
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
