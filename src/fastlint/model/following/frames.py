"""Where names are bound: one frame for each module, class body and call that is followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeGuard

import msgspec

from fastlint.findings import Span
from fastlint.model.following import choices, containers, held, switches
from fastlint.model.following.choices import either_object, either_of, either_texts
from fastlint.model.following.either_list import either_list
from fastlint.model.following.shared import CONDITIONAL, in_both, tells_by_lacking
from fastlint.model.following.values import (
    NONE,
    NULL_CONTEXT,
    Const,
    DependsMarker,
    External,
    FunctionValue,
    Instance,
    LambdaValue,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.facts import tree
    from fastlint.model.following.language.changes import Changes
    from fastlint.model.following.language.loops import Loop
    from fastlint.model.following.language.outcomes import Outcome
    from fastlint.model.following.machine import Machine
    from fastlint.model.following.objects.operators import Operation


class CallSite(msgspec.Struct, frozen=True, eq=False):
    """A call that a function makes, with what is called as far as it is known."""

    node: tree.Call
    path: str
    callee: Value
    args: tuple[Value, ...]
    keywords: dict[str, Value]
    awaited: bool
    result: Value

    @property
    def span(self) -> Span:
        """The whole call expression."""
        return span_of(self.path, self.node)


class Returned(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` or ``yield`` and the value that it hands out."""

    node: tree.Return | tree.Yield | tree.Expr
    value: Value


class Iterated(msgspec.Struct, frozen=True, eq=False):
    """What a ``for`` or a comprehension loops over, or a ``with`` enters."""

    node: tree.Expr
    value: Value
    is_async: bool = False
    """Whether it is an ``async with`` that does."""


class Deposit(msgspec.Struct, frozen=True, eq=False):
    """What a function leaves for others: ``Store.default = store``, ``self.jobs[key] = job``."""

    node: tree.Attribute | tree.Name
    owner: Value
    """The class, or the container."""
    value: Value
    key: Value | None = None
    """None for what is no item."""


class Watch:
    """What is noted down while a function's body is followed to learn what it does."""

    __slots__ = (
        "body",
        "calls",
        "caught",
        "deposits",
        "emptied",
        "ends",
        "entered",
        "iterations",
        "operations",
        "properties",
        "raises",
        "rebound",
        "returns",
        "said",
        "streams",
        "yields",
    )

    def __init__(
        self, body: Sequence[tree.Stmt] = (), said: switches.Said = switches.NOTHING_SAID
    ) -> None:
        self.body = body
        """The statements that are followed."""
        self.said = said
        """What the call says of the parameters that decide what is done."""
        self.rebound: set[str] = set()
        """The names that have been bound so far, in whichever branch."""
        self.emptied: set[str] = set()
        """Those of them that ``name = None`` has bound, and nothing else."""
        self.ends: Outcome = 0
        """The ways in which the body may end."""
        self.calls: list[CallSite] = []
        self.iterations: list[Iterated] = []
        """Of plain loops; ``async for`` is none."""
        self.streams: list[Iterated] = []
        """Of ``async for``."""
        self.entered: list[Iterated] = []
        """What ``with`` and ``async with`` enter."""
        self.operations: list[Operation] = []
        """The operators and tests that run a method of the project."""
        self.deposits: list[Deposit] = []
        """What it leaves in classes, and in containers that are attributes."""
        self.properties: list[tuple[tree.Attribute, FunctionValue]] = []
        """The properties of the project's own classes that are read."""
        self.returns: list[Returned] = []
        self.yields: list[Returned] = []
        self.raises: list[tuple[tree.Raise, Value]] = []


class Frame:
    """The names of one scope. Lookups go to the enclosing scopes, as Python's do."""

    __slots__ = (
        "changes",
        "chosen",
        "entered",
        "function",
        "is_class",
        "is_closed",
        "is_turning",
        "loop",
        "machine",
        "namespace",
        "open",
        "over",
        "parent",
        "path",
        "receive",
        "redirected",
        "returns",
        "swayed",
        "unsure",
        "watch",
    )

    def __init__(
        self,
        machine: Machine,
        path: str,
        parent: Frame | None = None,
        *,
        function: FunctionValue | None = None,
        is_class: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self.machine = machine
        self.path = path
        self.parent = parent
        self.function = function
        self.is_class = is_class
        self.watch = watch
        self.namespace: dict[str, Value] = {}
        self.returns: list[Value] = []
        self.entered = machine.doubts
        """How many branches that may not run enclosed the call."""
        self.changes: Changes | None = None
        """What the branch or loop that is followed has bound; None outside of one."""
        self.loop: Loop | None = None
        """The innermost loop that is followed."""
        self.is_turning = False
        """Whether it belongs to a comprehension."""
        self.chosen = 0
        """How many branches that a setting decides enclose the statement."""
        self.over = False
        """As the settings are by default, the function has returned: what follows is possible."""
        self.swayed = False
        """As the settings may be, the function returns another plain value."""
        self.unsure: frozenset[str] = frozenset()
        """Names that a branch has bound which may not run."""
        self.redirected: dict[str, Frame] = {}
        """Names that ``global`` and ``nonlocal`` bind in another frame."""
        self.receive: Callable[[Value, bool], bool] | None = None
        """Where a generator is gone through: is given what it yields, and whether it is sure.

        False where the one who goes through it wants no more of it.
        """
        self.is_closed = False
        """Whether nobody goes on with the generator."""
        self.open = False
        """A star import from outside the project may have bound any name."""

    def lookup(self, name: str) -> Value:
        """What ``name`` is bound to here; a builtin where nothing binds it."""
        frame: Frame | None = self
        first = True
        is_open = False
        while frame is not None:
            # A class body's names are not visible in the functions that it defines.
            if first or not frame.is_class:
                value = frame.namespace.get(name)
                if value is not None:
                    if frame.parent is None:
                        if type(value) is Const and value.value is None:
                            return self.machine.filled(frame.path, name) or value
                        if self.machine.watching and held.is_empty(value):
                            return self.machine.deposits.holding(value, frame.path, name)
                    return self.machine.force(value)
                is_open = is_open or frame.open
            first = False
            frame = frame.parent
        if is_open:
            return Unknown(f"`{name}` may come from a star import")
        return self.machine.builtin(name)

    def as_now(self) -> Frame | None:
        """A copy with the names as they are; None where they are not bound anew in turns."""
        if self.loop is None and not self.is_turning:
            return None
        copy = Frame(self.machine, self.path, self.parent, is_class=self.is_class)
        copy.namespace.update(self.namespace)
        copy.open = self.open
        return copy

    @property
    def is_certain(self) -> bool:
        """Whether the statement certainly runs where the call does."""
        return self.machine.doubts <= self.entered

    def bind(self, name: str, value: Value) -> None:
        """Bind ``name``; what is around may not run, and wants to know of it."""
        if self.chosen and isinstance(value, Const):
            value = Const(value.value, settable=True)
        if self.watch is not None:
            self.watch.rebound.add(name)
            self.watch.emptied.discard(name)
        frame, changes = self, self.changes
        if name in self.redirected:
            if self.watch is not None and isinstance(value, Unknown):
                return  # it says no more than the place that is empty
            frame = self.redirected[name]
            changes = self.machine.changes[-1] if self.machine.changes else None
        if changes is not None:
            changes.note(frame, name)
        if changes is not None or self.chosen:
            frame.unsure |= {name}
        frame.namespace[name] = value

    def empty(self, name: str) -> None:
        """``name = None``"""
        watch = self.watch
        is_empty = watch is not None and (name in watch.emptied or name not in watch.rebound)
        self.bind(name, NONE)
        if watch is not None and is_empty:
            watch.emptied.add(name)

    def rebind(self, name: str, value: Value) -> None:
        """As `bind`, in this frame and nowhere else."""
        if self.changes is not None:
            self.changes.note(self, name)
        self.namespace[name] = value

    def either(self, values: Sequence[Value | None]) -> Value | None:
        """What a name stands for that is one of these values; None for a name that is not bound."""
        found: Value | None = None
        for value in values:
            if found is None:
                found = value
            elif value is not None and value is not found:
                first, second = self.machine.force(found), self.machine.force(value)
                is_lost = self.watch is None and _is_lost(first, second)
                found = Unknown(CONDITIONAL) if is_lost else None
                found = found or self.either_list(first, second)
                # A module has `if …: def wait()` and `else: def wait()`.
                if found is None and self.parent is None:
                    found = _one_of_functions(first, second)
                found = found or _one_of_two(first, second)
        if found is not None and self.watch is not None:
            return containers.settled(found, values)
        return found

    def either_list(self, first: Value, second: Value) -> Value | None:
        """What goes through one of two lists meets; None where they are none, see `either_list`."""
        if self.watch is not None:
            return held.both(first, second)
        joined = either_list(first, second)
        if joined is None:
            return None
        items, perhaps = joined
        self.machine.possible.update((id(each), each) for each in perhaps)
        return items

    def module(self) -> Frame:
        """The frame of the module that this frame belongs to."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame

    def span(self, node: tree.Node) -> Span:
        """Where ``node`` stands."""
        return span_of(self.path, node)


def _one_of_two(before: Value, after: Value) -> Value:
    """As `join`; of two routers, what is registered next is registered on the one that it is.

    Where they have routes of their own already, both are possible.
    """
    if before is after:
        return after
    routers = [each for each in (before, after) if isinstance(each, RouterValue)]
    if len(routers) > 1 and not any(each.entries for each in routers):
        return _instead(*routers)
    if choices.routers(before) or choices.routers(after):
        return either_of(CONDITIONAL, before, after)
    found = join(before, after)
    others = (Const, Unknown) if len(routers) == 1 else ()
    if routers and not isinstance(before, others) and not isinstance(after, others):
        return either_of(CONDITIONAL, before, after)
    return found


def _is_lost(*values: Value) -> bool:
    """Whether one is a text or a number, and what the other one is is not known at all."""
    is_unknown = any(isinstance(each, Unknown) and not each.choices for each in values)
    return is_unknown and any(isinstance(each, Const) and each.value is not None for each in values)


def _instead(before: RouterValue, after: RouterValue) -> RouterValue:
    """The second of two new routers, which stands for the first one as well."""
    after.instead_of = before
    if before.prefix != after.prefix:
        after.options["prefix"] = Unknown(CONDITIONAL)
    return after


def span_of(path: str, node: tree.Node) -> Span:
    """Where ``node`` of the file at ``path`` stands."""
    return Span(path, node.line, node.column, node.end_line, node.end_column)


def _are_one(before: Value, after: Value) -> bool:
    """Whether both are the same function, wrapped in different ways."""
    return (
        isinstance(before, FunctionValue)
        and isinstance(after, FunctionValue)
        and before.original.key == after.original.key
    )


_EITHER = (Const, FunctionValue, LambdaValue, DependsMarker)
"""Of two of a kind, none tells more than the other."""


def join(before: Value | None, after: Value) -> Value:
    """What a name stands for when it is not known whether the second binding happens.

    The more telling of the two wins (``try: import x / except ImportError: x = None``); two
    different constants, functions or dependencies are unknown.
    """
    if before is None or before == after:
        return after
    if (both := either_texts(before, after)) is not None:
        return both
    if isinstance(before, Unknown):
        return _perhaps(after)
    if tells_by_lacking(before, after):
        return in_both(before, after)
    if isinstance(after, Unknown) or _stands_for_none(after):
        return _perhaps(before)
    if _stands_for_none(before):
        return _perhaps(after)
    if _are_one(before, after):
        return after
    if any(isinstance(before, kind) and isinstance(after, kind) for kind in _EITHER):
        return Unknown(CONDITIONAL)
    if _is_member(before) and _is_member(after):
        same = before.cls is after.cls and before.attributes["name"] == after.attributes["name"]
        return after if same else Unknown(CONDITIONAL)
    if _is_member(after) and isinstance(before, Instance) and before.cls is after.cls:
        return before  # some member, which may be another one
    if (one := either_object(before, after)) is not None:
        return one
    return before if isinstance(after, Const) else after


def _one_of_functions(before: Value, after: Value) -> Unknown | None:
    """One of two functions, or one more of those that it already may be."""
    if _are_one(before, after) or before is after:
        return None
    if not _are_functions(before) or not _are_functions(after):
        return None
    return either_of(CONDITIONAL, before, after)


def _are_functions(value: Value) -> bool:
    several = value.choices if isinstance(value, Unknown) else (value,)
    return bool(several) and all(isinstance(each, FunctionValue) for each in several)


def _perhaps(value: Value) -> Value:
    """What is as likely unknown, or None: of a constant, no test has one answer for it."""
    return Const(value.value, settable=True) if isinstance(value, Const) else value


def _stands_for_none(value: Value) -> bool:
    """``None``, and ``nullcontext(…)``, which is there where there is nothing to enter."""
    if isinstance(value, Instance):
        return isinstance(value.cls, External) and value.cls.name == NULL_CONTEXT
    return value == Const(None)


def _is_member(value: Value) -> TypeGuard[Instance]:
    """Whether the value is a certain member of an enumeration."""
    return isinstance(value, Instance) and {"name", "value"} <= value.attributes.keys()
