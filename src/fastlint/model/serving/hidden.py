"""What an app never answers with, since something before it answers the same requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts.walk import decorator_name
from fastlint.findings import Related
from fastlint.model.following.values import FunctionValue
from fastlint.model.serving.matching import Index
from fastlint.model.serving.served import ANY, Order, Slot

if TYPE_CHECKING:
    from fastlint.model.project import Project


class Hidden(msgspec.Struct, frozen=True, eq=False):
    """A route or mount that some requests never reach."""

    slot: Slot
    by: Slot
    """What answers them instead."""
    methods: tuple[str, ...]
    """Those that are never reached."""

    @property
    def is_mount(self) -> bool:
        """Whether a mount has a part in it."""
        return "mount" in (self.slot.kind, self.by.kind)

    @property
    def is_same_path(self) -> bool:
        """Whether the two answer exactly the same requests."""
        return self.slot.shape == self.by.shape

    @property
    def is_same_handler(self) -> bool:
        """Whether the same function answers, so that nobody can tell the difference."""
        one, other = self.slot.handler, self.by.handler
        if isinstance(one, FunctionValue) and isinstance(other, FunctionValue):
            return one.path == other.path and one.facts.index == other.facts.index
        return self.slot.entry is self.by.entry

    @property
    def label(self) -> str:
        """What is never reached."""
        return self.slot.label(*self.methods)

    @property
    def affected(self) -> tuple[str, ...]:
        """The handler that is never called."""
        route = self.slot.route
        return () if route is None or route.handler is None else (route.handler.id,)

    @property
    def trail(self) -> tuple[Related, ...]:
        """From what answers to what never does."""
        shared = len(
            [1 for a, b in zip(self.by.includes, self.slot.includes, strict=False) if a is b]
        )
        return (
            *list(self.by.way)[shared:],
            Related(self.by.span, f"`{self.by.label()}` comes first"),
            *list(self.slot.way)[shared:],
        )


def hidden(project: Project) -> Iterator[Hidden]:
    """Everything that is hidden in some app; one registration behind another is told once."""
    told: set[tuple[int, int]] = set()
    for order in project.orders:
        for found in _in_order(order):
            key = (id(found.slot.entry), id(found.by.entry or order.owner))
            if key not in told and not project.module(found.slot.span.path).is_test:
                told.add(key)
                yield found


def _in_order(order: Order) -> Iterator[Hidden]:
    index: Index[tuple[str, frozenset[int]], tuple[int, Slot]] = Index()
    for position, slot in enumerate(order.slots):
        if slot.shape is None or slot.methods is None or _is_versioned(slot):
            continue
        first: dict[str, tuple[int, Slot]] = {}
        for (method, conditions), before in index.swallowing(slot.shape):
            # It is there whenever this one is, and it is there before.
            if conditions <= slot.conditions and _is_order_known(before[1], slot):
                for hit in _hit(method, slot):
                    first[hit] = min(first.get(hit, before), before, key=lambda each: each[0])
        for by in {
            each[0]: each[1] for each in sorted(first.values(), key=lambda e: e[0])
        }.values():
            yield Hidden(slot, by, tuple(m for m in first if first[m][1] is by))
        keys = [(method, slot.conditions) for method in slot.methods]
        index.add(slot.shape, keys, (position, slot))


def _is_order_known(one: Slot, other: Slot) -> bool:
    """Whether what sets the two apart is registered by the same part of the program."""
    if one.entry is None or other.entry is None:
        return True  # FastAPI's own pages are always first
    for a, b in zip((*one.includes, one.entry), (*other.includes, other.entry), strict=False):
        if a is not b:
            return a.origin == b.origin
    return False


def _hit(method: str, slot: Slot) -> tuple[str, ...]:
    """Which of the slot's methods something before it answers that answers ``method``."""
    methods = slot.methods or ()
    if method == ANY or method in methods:
        return methods if method == ANY else (method,)
    return ("GET",) if slot.kind == "mount" and method == "GET" else ()


def _is_versioned(slot: Slot) -> bool:
    """Whether a decorator says that the version asked for decides who answers."""
    if not isinstance(slot.handler, FunctionValue):
        return False
    return any("version" in decorator_name(each).lower() for each in slot.handler.facts.decorators)
