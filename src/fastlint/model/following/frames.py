"""Where names are bound: one frame for each module, class body and call that is followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeGuard

import msgspec

from fastlint.findings import Span
from fastlint.model.following import switches
from fastlint.model.following.values import (
    Const,
    DependsMarker,
    FunctionValue,
    Instance,
    LambdaValue,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.facts import tree
    from fastlint.model.following.machine import Machine
    from fastlint.model.following.operators import Operation


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


class Watch:
    """What is noted down while a function's body is followed to learn what it does."""

    __slots__ = (
        "body",
        "calls",
        "caught",
        "entered",
        "iterations",
        "operations",
        "properties",
        "raises",
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
        self.calls: list[CallSite] = []
        self.iterations: list[Iterated] = []
        """Of plain loops; ``async for`` is none."""
        self.streams: list[Iterated] = []
        """Of ``async for``."""
        self.entered: list[Iterated] = []
        """What ``with`` and ``async with`` enter."""
        self.operations: list[Operation] = []
        """The operators and tests that run a method of the project."""
        self.properties: list[tuple[tree.Attribute, FunctionValue]] = []
        """The properties of the project's own classes that are read."""
        self.returns: list[Returned] = []
        self.yields: list[Returned] = []
        self.raises: list[tuple[tree.Raise, Value]] = []


class Frame:
    """The names of one scope. Lookups go to the enclosing scopes, as Python's do."""

    __slots__ = (
        "chosen",
        "conditional",
        "function",
        "is_class",
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
        self.conditional = 0
        """How many branches, loops and handlers that may not run enclose the statement."""
        self.chosen = 0
        """How many branches that a setting decides enclose the statement."""
        self.over = False
        """As the settings are by default, the function has returned: what follows is possible."""
        self.swayed = False
        """As the settings may be, the function returns another plain value."""
        self.redirected: dict[str, Frame] = {}
        """Names that ``global`` and ``nonlocal`` bind in another frame."""
        self.receive: Callable[[Value, bool], None] | None = None
        """Where a generator is gone through: is given what it yields, and whether it is sure."""
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
                    return self.machine.force(value)
                is_open = is_open or frame.open
            first = False
            frame = frame.parent
        if is_open:
            return Unknown(f"`{name}` may come from a star import")
        return self.machine.builtin(name)

    def bind(self, name: str, value: Value) -> None:
        """Bind ``name``. In a branch that may not run, what was known before is not forgotten."""
        frame = self.redirected.get(name, self)
        if self.chosen and isinstance(value, Const):
            value = Const(value.value, settable=True)
        if self.conditional:
            before = frame.namespace.get(name)
            if isinstance(before, RouterValue) and isinstance(value, RouterValue):
                value.instead_of = before
            value = join(before, value)
        frame.namespace[name] = value

    def module(self) -> Frame:
        """The frame of the module that this frame belongs to."""
        frame = self
        while frame.parent is not None:
            frame = frame.parent
        return frame

    def span(self, node: tree.Node) -> Span:
        """Where ``node`` stands."""
        return span_of(self.path, node)


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
    if before is None or isinstance(before, Unknown) or before == after:
        return after
    if isinstance(after, Unknown) or after == Const(None):
        return before
    if before == Const(None):
        return after
    if _are_one(before, after):
        return after
    if any(isinstance(before, kind) and isinstance(after, kind) for kind in _EITHER):
        return Unknown("it depends on a condition")
    if _is_member(before) and _is_member(after):
        same = before.cls is after.cls and before.attributes["name"] == after.attributes["name"]
        return after if same else Unknown("it depends on a condition")
    if _is_member(after) and isinstance(before, Instance) and before.cls is after.cls:
        return before  # some member, which may be another one
    return before if isinstance(after, Const) else after


def _is_member(value: Value) -> TypeGuard[Instance]:
    """Whether the value is a certain member of an enumeration."""
    return isinstance(value, Instance) and {"name", "value"} <= value.attributes.keys()
