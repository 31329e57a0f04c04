"""How large the values of a project's code may grow before nobody follows them any more.

A dozen lines double a text or a list until no memory holds it. What no path and no list of routers
comes close to is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastlint.model.following.values import Const, Items, Unknown, Value

_LONGEST_TEXT = 4_000
"""Characters."""
_WIDEST = 1_000
_MOST_ITEMS = 10_000
_LARGEST = 2**64


def text(value: str, *, is_settable: bool = False) -> Value:
    """A text that was put together."""
    if len(value) >= _LONGEST_TEXT:
        return Unknown("the text is too long")
    return Const(value, is_settable)


def fits(texts: Sequence[str], between: int = 0) -> bool:
    """Whether the texts may be put together, with ``between`` more characters after each."""
    return sum(map(len, texts)) + between * len(texts) < _LONGEST_TEXT


def formatted(value: str | float, spec: str) -> str | None:
    """``format(value, spec)``; None where that fails, is too wide or for the locale to say."""
    if spec.endswith("n") or any(
        len(digits) > len(str(_WIDEST)) or int(digits) > _WIDEST
        for digits in re.findall(r"\d+", spec)
    ):
        return None
    try:
        return format(value, spec)
    except (ValueError, OverflowError):
        return None


def number(value: float) -> Value:
    """A number that was worked out."""
    return Const(value) if -_LARGEST < value < _LARGEST else Unknown("the number is too large")


def grow(items: Items, more: Sequence[Value]) -> None:
    """``items.extend(more)``: there may be others where they do not fit."""
    if len(items.items) + len(more) < _MOST_ITEMS:
        items.items.extend(more)
    else:
        items.open = True
