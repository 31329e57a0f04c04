"""Paths of one app that differ by nothing but the slash at their end.

Followed from starlette 1.10, ``routing.py`` (`Router.app`): a request is redirected to the other
spelling of its path only where nothing matches the path as it is asked for. A route of that path
with other methods does match, and answers 405.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.serving.matching import Index
from fastlint.model.serving.served import ANY, Order, Slot

if TYPE_CHECKING:
    from fastlint.model.project import Project

_AUTOMATIC = frozenset({"HEAD", "OPTIONS"})
"""What nobody asks for by hand."""


class Unredirected(msgspec.Struct, frozen=True, eq=False):
    """Two routes of the same path, one with a slash at its end and one without."""

    slot: Slot
    """The one that is registered later."""
    first: Slot
    refused: tuple[str, ...]
    """``GET /items``: what is answered 405, and would be redirected but for the other route."""


def unredirected(project: Project) -> Iterator[Unredirected]:
    """Where the slash at the end decides between an answer and 405; tests are left out."""
    told: set[tuple[int, int]] = set()
    for order in project.orders:
        for found in _in_order(order):
            key = (id(found.slot.entry), id(found.first.entry))
            if key not in told:
                told.add(key)
                yield found


def _in_order(order: Order) -> Iterator[Unredirected]:
    spelt: dict[str, dict[bool, Slot]] = defaultdict(dict)
    for slot in order.slots:
        if slot.kind == "http" and slot.shape and slot.shape != "/" and not slot.conditions:
            spelt[slot.shape.rstrip("/")].setdefault(slot.shape.endswith("/"), slot)
    pairs = [tuple(each.values()) for each in spelt.values() if len(each) > 1]
    if not pairs or any(slot.shape is None or slot.methods is None for slot in order.slots):
        return  # what is not known may answer
    index: Index[str, Slot] = Index()
    for slot in order.slots:
        index.add(slot.shape or "", slot.methods or (), slot)
    for first, later in pairs:
        refused = (*_refused(first, later, index), *_refused(later, first, index))
        if refused:
            yield Unredirected(later, first, refused)


def _refused(slot: Slot, other: Slot, index: Index[str, Slot]) -> Iterator[str]:
    """The methods of ``slot`` that nothing answers under the path of ``other``."""
    answered = {method for method, _ in index.swallowing(other.shape or "")}
    for method in slot.methods or ():
        if not answered & {method, ANY} and method not in _AUTOMATIC:
            yield f"{method} {other.path}"
