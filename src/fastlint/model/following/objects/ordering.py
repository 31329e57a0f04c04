"""Which of several values comes first, as ``sorted`` and ``list.sort`` have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastlint.model.following.values import Const, Items, Value


def order(keys: Sequence[Value], *, backwards: bool = False) -> list[int] | None:
    """The places of the keys in ascending order; None where one is not known or Python refuses.

    What is equal stays in its order, backwards as well.
    """
    known = [_plain(each) for each in keys]
    if None in known:
        return None
    try:
        return sorted(range(len(keys)), key=lambda at: known[at], reverse=backwards)
    except TypeError:
        return None


def _plain(key: Value) -> Any:
    """What the key stands for: a text, a number, a tuple or list of these; None for all else."""
    if isinstance(key, Const):
        return key.value
    if isinstance(key, Items) and key.kind in ("tuple", "list") and not key.open:
        parts = [_plain(each) for each in key.items]
        return None if None in parts else tuple(parts) if key.kind == "tuple" else parts
    return None
