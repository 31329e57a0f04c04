"""Tasks that are started and not kept, or where nobody can start one."""

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


_NEED_LOOP = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
"""What fails in a thread in which no event loop runs."""


class Loose(msgspec.Struct, frozen=True, eq=False):
    """A task that nothing but the event loop knows of, or that is not even started."""

    span: Span
    shown: str
    """What starts it: ``create_task``."""
    function: Function
    in_thread: bool = False
    """Whether it stands in a ``def`` that FastAPI runs in a thread, where no event loop runs."""


def loose_tasks(project: Project) -> Iterator[Loose]:
    """The tasks that what runs for requests, or at start-up, starts and forgets."""
    in_threads = _in_threads(project)
    for each in project.running:
        up: Upwards | None = None
        for site in each.calls:
            if own_name(site.callee) not in STARTS:
                continue
            up = up or Upwards(each.function)
            node = up.call(site.node)
            needs_loop = own_name(site.callee) in _NEED_LOOP and "loop" not in site.keywords
            fails = needs_loop and id(each.function) in in_threads and not _is_tried(node, up)
            if fails or _is_dropped(up.above(node), each.function):
                shown = own_name(site.callee).rpartition(".")[2]
                yield Loose(site.span, shown, each.function, fails)


def _in_threads(project: Project) -> set[int]:
    """By identity the handlers and dependencies that only ever run in threads of the pool."""
    return {
        id(served.function)
        for served in project.reach.served
        if served.kind in ("handler", "dependency")
        and not served.function.facts.is_async
        and not served.function.facts.is_method
        and served.function.is_only_registered
        and all(route.kind == "http" for route in served.routes)
        and not project.references.is_used(served.function)
    }


def _is_tried(node: tree.Node | None, up: Upwards) -> bool:
    """Whether a ``try`` with handlers stands around it: they may wait for just this error."""
    while node is not None:
        node = up.above(node)
        if isinstance(node, tree.Try) and node.handlers:
            return True
    return False


def _is_dropped(parent: tree.Node | None, function: Function) -> bool:
    """Whether the task is bound to nothing, or to ``_`` in a function that ends."""
    match parent:
        case tree.ExprStmt():
            return True
        case tree.Assign(targets=[tree.Name(id="_")]):
            return not function.facts.is_generator
    return False
