"""Coroutine functions that FastAPI calls and that wait for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.model.following.functions import Function

if TYPE_CHECKING:
    from fastlint.model.calls.entries import Entry
    from fastlint.model.project import Project

_KINDS = frozenset({"handler", "dependency"})
_LOOPS = (b"asyncio", b"anyio", b"get_running_loop", b"create_task", search.spelled("set"))
"""Words of what needs the loop, or its own context: what a thread sets there nobody else sees."""


def needless(project: Project) -> Iterator[tuple[Entry, Function]]:
    """The ``async def`` handlers and dependencies in which nothing is awaited."""
    for entry in project.entries:
        function = entry.function
        if not _KINDS.issuperset(entry.kinds) or not function.is_async or function.is_stub:
            continue
        if function.facts.is_generator or project.module(function.path).is_test:
            continue
        needs_loop = search.mentions(function.facts, *_LOOPS)
        if not needs_loop and not any(_waits(node) for node in function.nodes):
            yield entry, function


def _waits(node: tree.Node) -> bool:
    return isinstance(node, tree.Await) or bool(getattr(node, "is_async", False))
