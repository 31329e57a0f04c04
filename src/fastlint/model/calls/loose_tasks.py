"""Tasks that are started and not kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.calls.blocking import own_name
from fastlint.model.following.functions import Function
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.project import Project

STARTS = frozenset(
    {"asyncio.create_task", "asyncio.ensure_future", "asyncio.BaseEventLoop.create_task"}
)
"""What a ``TaskGroup`` starts, it keeps itself."""


class Loose(msgspec.Struct, frozen=True, eq=False):
    """A task that nothing but the event loop knows of."""

    span: Span
    shown: str
    """What starts it: ``create_task``."""
    function: Function


def loose_tasks(project: Project) -> Iterator[Loose]:
    """The tasks that what runs for requests, or at start-up, starts and forgets."""
    for each in project.running:
        up: Upwards | None = None
        for site in each.calls:
            if own_name(site.callee) not in STARTS:
                continue
            up = up or Upwards(each.function)
            if _is_dropped(up.above(up.call(site.node)), each.function):
                shown = own_name(site.callee).rpartition(".")[2]
                yield Loose(site.span, shown, each.function)


def _is_dropped(parent: tree.Node | None, function: Function) -> bool:
    """Whether the task is bound to nothing, or to ``_`` in a function that ends."""
    match parent:
        case tree.ExprStmt():
            return True
        case tree.Assign(targets=[tree.Name(id="_")]):
            return not function.facts.is_generator
    return False
