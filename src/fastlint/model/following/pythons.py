"""Comparisons of the Python that runs the project: ``sys.version_info >= (3, 11)``."""

from __future__ import annotations

import operator
from collections.abc import Callable

from fastlint.model.following.values import Const, External, Items, Value

_VERSION = External("sys.version_info")
_OLDEST, _NEWEST = (3, 8), (3, 14)
"""FastAPI runs on none that is older; where a project leaves open which, it is the newest."""
_HOLDS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def compared(left: Value, op: str, right: Value) -> Const | None:
    """Whether the Python is as old, or as new; an older one than the newest is possible."""
    if left != _VERSION or op not in _HOLDS or not isinstance(right, Items):
        return None
    numbers = tuple(each.value for each in right.items if isinstance(each, Const))
    if len(numbers) < len(right.items) or not all(type(each) is int for each in numbers):
        return None
    asked = tuple(each for each in numbers if isinstance(each, int))
    newest = _HOLDS[op](_NEWEST, asked)
    return Const(newest, settable=newest is not _HOLDS[op](_OLDEST, asked))
