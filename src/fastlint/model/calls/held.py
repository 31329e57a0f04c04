"""Locks that the event loop waits for because a thread holds them while it does something slow.

``with lock:`` is over at once as a rule, and nothing is said of it. But where a function that does
not run on the loop keeps the same lock over a query or a request, whoever enters it waits as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeGuard

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, place, walk
from fastlint.model.calls.blocking import Blocking
from fastlint.model.calls.elsewhere import Elsewhere, Place
from fastlint.model.following.frames import Iterated, Watch
from fastlint.model.following.machine import Machine
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance, Value

_LOCKS = frozenset({"threading.Lock", "threading.RLock"})
_USE = "`asyncio.Lock` with a client that is awaited"

Slow = Callable[[FunctionValue, Watch, tree.With], str]
"""What a function waits for inside of a ``with``, as a message says it; empty for nothing."""


class _Holder(msgspec.Struct, frozen=True, eq=False):
    function: FunctionValue
    slow: str


class Held:
    """Finds who holds a lock for long; each lock is looked for once, where it is defined."""

    def __init__(self, machine: Machine, slow: Slow) -> None:
        self._machine = machine
        self._slow = slow
        self._holders: dict[int, _Holder | None] = {}

    def waiting(self, entered: Iterated, path: str, on_loop: frozenset[Place]) -> Blocking | None:
        """What is known of entering a lock, in that file, that a thread holds for long."""
        lock = entered.value
        if not is_lock(lock):
            return None
        if id(lock) not in self._holders:
            self._holders[id(lock)] = self._holder(lock, path, on_loop)
        holder = self._holders[id(lock)]
        if holder is None:
            return None
        name = holder.function.facts.name
        shown = f"`with {last_name(entered.node)}`, held over {holder.slow} in `{name}`,"
        return Blocking("threading.Lock.__enter__", shown, "wait", _USE, "none", "medium")

    def _holder(self, lock: Instance, path: str, on_loop: frozenset[Place]) -> _Holder | None:
        elsewhere = Elsewhere(self._machine, on_loop)
        for function in self._near(lock, path):
            if (function.path, function.facts.index) in on_loop or function.facts.is_async:
                continue
            if not search.mentions(function.facts, b"lock", b"Lock", b"LOCK"):
                continue
            watch = self._machine.watch(function)
            for block in _held(lock, function, watch):
                slow = self._slow(function, watch, block)
                if slow and elsewhere.may_run(function.facts, function.path):
                    return _Holder(function, slow)
        return None

    def _near(self, lock: Instance, path: str) -> Iterator[FunctionValue]:
        """The functions of the file, and of all that have the lock among their names."""
        yield from self._functions(path)
        for other, frame in list(self._machine.frames.items()):
            if other != path and any(each is lock for each in frame.namespace.values()):
                yield from self._functions(other)

    def _functions(self, path: str) -> Iterator[FunctionValue]:
        """The functions and methods of a file."""
        for value in list(self._machine.run_module(path).namespace.values()):
            if isinstance(value, FunctionValue) and value.path == path:
                yield value.original
            elif isinstance(value, ClassValue) and value.path == path:
                for member in list(value.namespace.namespace.values()):
                    if isinstance(member, FunctionValue):
                        yield member.original


def is_lock(value: Value) -> TypeGuard[Instance]:
    """Whether it is a lock of threads that the project has made."""
    cls = value.cls if isinstance(value, Instance) else None
    return isinstance(cls, External) and cls.name in _LOCKS


def _held(lock: Instance, function: FunctionValue, watch: Watch) -> Iterator[tree.With]:
    """The ``with`` statements that hold the lock."""
    places = {place(each.node) for each in watch.entered if each.value is lock}
    if places:
        for node in walk(tree.statements(function.facts)):
            if isinstance(node, tree.With) and any(place(i.context) in places for i in node.items):
                yield node
