"""Defaults that are made once and changed later: what becomes of ``def f(items=[])``.

A list as a default is harmless while it is only read. It is shared between calls as soon as the
function changes it, keeps it where it is changed later, or hands it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.binding import bound_names
from fastlint.facts.walk import handed, walk
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.following.machine import Machine

_MAKERS = {
    "list": "list", "dict": "dictionary", "set": "set", "bytearray": "bytearray", "deque": "deque",
    "defaultdict": "dictionary", "OrderedDict": "dictionary", "Counter": "counter",
}  # fmt: skip
_CHANGING = frozenset(
    {
        "add", "append", "appendleft", "clear", "difference_update", "discard", "extend",
        "extendleft", "insert", "intersection_update", "pop", "popitem", "popleft", "remove",
        "reverse", "rotate", "setdefault", "sort", "subtract", "symmetric_difference_update",
        "update", "__setitem__", "__delitem__",
    }
)  # fmt: skip
_DEEPEST = 3
_ON_PURPOSE = ("_", "cache", "memo")


class SharedDefault(msgspec.Struct, frozen=True, eq=False):
    """A parameter whose default outlives the call."""

    name: str
    kind: str
    """``list``, ``dictionary``, ``set`` …"""
    span: Span
    """Name, annotation and default."""
    how: str
    """What becomes of it, as the end of a sentence: ``is changed``."""
    at: Span
    """Where."""


def shared_defaults(function: Function, machine: Machine) -> Iterator[SharedDefault]:
    """The parameters of a function whose mutable default is changed, kept or handed out."""
    for param in function.facts.params:
        kind = mutable_kind(param.default)
        if kind is None or param.name.startswith(_ON_PURPOSE) or "cache" in param.name:
            continue
        found = _Body(function.path, function.facts, machine).escape(param.name)
        if found is not None:
            yield SharedDefault(param.name, kind, span_of(function.path, param), *found)


def mutable_kind(default: tree.Expr | None) -> str | None:
    """What an expression makes, where that is a list, dictionary or set; else None."""
    match default:
        case tree.Sequence(kind="list" | "set" as kind):
            return kind
        case tree.DictDisplay():
            return "dictionary"
        case tree.Comprehension(kind=kind) if kind != "generator":
            return _MAKERS[kind]
        case tree.Call(func=tree.Name(id=name) | tree.Attribute(attr=name)):
            return _MAKERS.get(name)
    return None


class _Body:
    """A function's body, asked what becomes of one of its parameters."""

    def __init__(
        self, path: str, facts: tree.FunctionFacts, machine: Machine, depth: int = 0
    ) -> None:
        self.path = path
        self.facts = facts
        self.machine = machine
        self.depth = depth
        self.nodes = list(walk(tree.statements(facts)))

    def escape(self, name: str) -> tuple[str, Span] | None:
        """How the object that ``name`` stands for outlives the call, and where; None if not."""
        for node in self.nodes:
            if _binds(node, name):
                return None  # from here on the name stands for something else
            how = self._change(node, name) or self._hand_out(node, name)
            if how is not None:
                return how, span_of(self.path, node)
        return None

    def _change(self, node: tree.Node, name: str) -> str | None:
        if _changes(node, lambda each: _is(each, name)):
            return "is changed"
        if isinstance(node, tree.Call) and self.depth < _DEEPEST:
            return self._passed_on(node, name)
        return None

    def _hand_out(self, node: tree.Node, name: str) -> str | None:
        match node:
            case tree.Return(value=value) if _is(value, name) and not self.depth:
                return "is handed to the caller"
            case tree.Yield(value=value, delegates=False) if _is(value, name) and not self.depth:
                return "is handed to the caller"
            case tree.Assign(targets=[tree.Attribute(attr=attr)], value=value) if _is(value, name):
                return self._kept(attr)
            case tree.AnnAssign(target=tree.Attribute(attr=attr), value=value) if _is(value, name):
                return self._kept(attr)
        return None

    def _kept(self, attr: str) -> str | None:
        """It is kept in an attribute: that matters where the same file changes the attribute."""

        def is_it(node: tree.Expr | None) -> bool:
            return isinstance(node, tree.Attribute) and node.attr == attr

        owner = self.facts.qualname.rpartition(".")[0] if self.facts.is_method else ""
        for function in self.machine.modules.facts(self.path).functions:
            if function.qualname.startswith(owner) and search.mentions(function, attr.encode()):
                nodes = walk(tree.statements(function))
                if any(_changes(node, is_it) for node in nodes):
                    return f"is kept in `{attr}`, which is changed"
        return None

    def _passed_on(self, call: tree.Call, name: str) -> str | None:
        """It is given to a function of the project that changes it."""
        if not isinstance(call.func, tree.Name) or not any(
            _is(given, name) for given in handed(call)
        ):
            return None
        callee = self.machine.run_module(self.path).lookup(call.func.id)
        if not isinstance(callee, FunctionValue) or callee.decorators:
            return None
        inner = _Body(callee.path, callee.facts, self.machine, self.depth + 1)
        params = [p for p in callee.facts.params if not p.kind.startswith("*")]
        given = dict(zip([p.name for p in params], call.args, strict=False))
        given.update({k.name: k.value for k in call.keywords if k.name})
        for parameter, value in given.items():
            if _is(value, name) and inner.escape(parameter) is not None:
                return f"is changed by `{callee.facts.name}`"
        return None


def _is(value: tree.Expr | None, name: str) -> bool:
    return isinstance(value, tree.Name) and value.id == name


def _changes(node: tree.Node, is_it: Callable[[tree.Expr | None], bool]) -> bool:
    """Whether the node changes, in place, the object that ``is_it`` recognises."""
    match node:
        case tree.Call(func=tree.Attribute(value=value, attr=attr)) if attr in _CHANGING:
            return is_it(value)
        case tree.AugAssign(target=target):
            return is_it(target) or _is_part(target, is_it)
        case tree.Assign(targets=targets) | tree.Delete(targets=targets):
            return any(_is_part(target, is_it) for target in targets)
        case tree.AnnAssign(target=target):
            return _is_part(target, is_it)
    return False


def _is_part(target: tree.Expr, is_it: Callable[[tree.Expr | None], bool]) -> bool:
    return isinstance(target, tree.Subscript) and is_it(target.value)


def _binds(node: tree.Node, name: str) -> bool:
    """Whether the name stands for another object from here on, or may do so."""
    if isinstance(node, tree.AugAssign | tree.Clause):  # changes it, or a name of its own
        return False
    return name in (node.names if isinstance(node, tree.Scope) else bound_names(node))
