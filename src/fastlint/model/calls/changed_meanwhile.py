"""Collections that others change while a loop over them awaits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following.functions import Module

_SENDS = (b"send_text", b"send_json", b"send_bytes")
_CHANGES = frozenset(
    {"append", "remove", "add", "discard", "pop", "popitem", "clear", "insert", "update"}
)
_VIEWS = frozenset({"values", "items", "keys"})


class Broadcast(msgspec.Struct, frozen=True, eq=False):
    """A loop over connections that sends to each of them."""

    iterable: Span
    shown: str
    """``self.connections``"""
    change: Span
    """Where another method changes the collection."""


def broadcasts(module: Module) -> Iterator[Broadcast]:
    """The loops of a file's classes over a collection that another method changes."""
    functions = [each for each in module.facts.functions if each.is_method]
    for facts in functions:
        if not facts.is_async or not search.mentions(facts, *_SENDS):
            continue
        body = tree.statements(facts)
        locked = [id(n) for w in walk(body) if _is_locked(w) for n in walk([w])]
        for node in walk(body):
            if isinstance(node, tree.For) and not node.is_async and id(node) not in locked:
                name = _attribute(node.iterable)
                if name and _sends(node.body):
                    owner = facts.qualname.rpartition(".")[0]
                    change = _change(name, owner, facts, functions, module)
                    if change is not None:
                        yield Broadcast(module.span(node.iterable), f"self.{name}", change)


def _is_locked(node: tree.Node) -> bool:
    """``async with self.lock:``"""
    return isinstance(node, tree.With) and any(
        isinstance(part, tree.Name | tree.Attribute) and "lock" in last_name(part).lower()
        for item in node.items
        for part in walk([item.context])
    )


def _sends(body: Sequence[tree.Stmt]) -> bool:
    """Whether something is sent to and awaited in it, and the loop goes on after that."""
    nodes = list(walk(body))
    awaits = any(
        isinstance(node, tree.Await)
        and isinstance(node.value, tree.Call)
        and last_name(node.value.func).encode() in _SENDS
        for node in nodes
    )
    ends = any(isinstance(n, tree.Return) or getattr(n, "kind", "") == "break" for n in body)
    return awaits and not ends


def _attribute(node: tree.Expr) -> str:
    """``rooms`` of ``self.rooms``, ``self.rooms[key]``, ``self.rooms.values()`` and their like."""
    match node:
        case tree.Attribute(value=tree.Name(id="self"), attr=attr):
            return attr
        case tree.Subscript(value=inner, index=index):
            return "" if isinstance(index, tree.Slice) else _attribute(inner)
        case tree.Call(func=tree.Attribute(value=inner, attr=attr), args=[]) if attr in _VIEWS:
            return _attribute(inner)
        case tree.Call(func=tree.Attribute(value=inner, attr="get")):
            return _attribute(inner)
    return ""


def _change(
    name: str,
    owner: str,
    loop: tree.FunctionFacts,
    functions: Sequence[tree.FunctionFacts],
    module: Module,
) -> Span | None:
    """Where another method of the class changes the collection; None where none does."""
    for facts in functions:
        if facts is loop or facts.qualname.rpartition(".")[0] != owner:
            continue
        if not search.mentions(facts, search.spelled(name)) or facts.name == "__init__":
            continue
        for node in walk(tree.statements(facts)):
            match node:
                case tree.Call(func=tree.Attribute(value=inner, attr=attr)) if attr in _CHANGES:
                    changed = _attribute(inner)
                case tree.Delete(targets=[tree.Subscript(value=inner)]):
                    changed = _attribute(inner)
                case _:
                    continue
            if changed == name:
                return module.span(node)
    return None
