"""What a function does with one of its parameters, by the text of its body alone."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import cast

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import children, names, walk
from fastlint.model.following.functions import Function

_SPOKEN = frozenset(
    {"critical", "debug", "error", "exception", "info", "log", "print", "warn", "warning"}
    | {"send_json", "send_text"}
)
"""Calls that write down or send what they are given, and do nothing else with it."""


class Use(Enum):
    """What becomes of the parameter, or of what is read from it, in one place."""

    SHOWN = auto()
    """It is put into a text or a log."""
    RETURNED = auto()
    """It is what the function gives, or a part of that."""
    TESTED = auto()
    """A comparison or a condition looks at it."""
    CALLED = auto()
    """It is called itself."""
    HANDED_ON = auto()
    """To a call, a variable, a nested function: what happens there is not known."""


class Used(msgspec.Struct, frozen=True):
    """One place in which a parameter is used."""

    use: Use
    inside: bool
    """Whether something is read from it first (``token.credentials``), which None does not have."""
    is_tried: bool
    """Whether it stands in a ``try``, which may catch what reading from None raises."""


def uses(function: Function, name: str) -> tuple[Used, ...]:
    """Every use of the parameter ``name`` in the body, in the order of the text."""
    key = ("uses", name)
    if key not in function.worked_out:
        function.worked_out[key] = tuple(_uses(function, name))
    return cast("tuple[Used, ...]", function.worked_out[key])


def _uses(function: Function, name: str) -> Iterator[Used]:
    up: dict[int, tree.Node] = {}
    found: list[tree.Name] = []
    for node in function.nodes:
        if isinstance(node, tree.FunctionDef | tree.ClassDef | tree.Lambda):
            if name in _read_in(node, function):
                yield Used(Use.HANDED_ON, inside=False, is_tried=False)
            continue
        for child in children(node):
            up[id(child)] = node
        if isinstance(node, tree.Name) and node.id in (name, "locals"):
            found.append(node)
    for node in found:
        if node.id == "locals":
            yield Used(Use.HANDED_ON, inside=False, is_tried=False)
        elif not _is_bound(node, up.get(id(node))):
            yield _used(node, up)


def _read_in(node: tree.Node, function: Function) -> Iterator[str]:
    """The names that a nested function, class or lambda reads."""
    match node:
        case tree.Lambda(body=body):
            yield from names([body])
        case tree.ClassDef(body=body):
            yield from names(body)
        case tree.FunctionDef(index=index) if function.machine is not None:
            facts = function.machine.modules.facts(function.path)
            nested = facts.functions[index]
            inner = f"{nested.qualname}."
            for each in facts.functions:
                if each.index == index or each.qualname.startswith(inner):
                    yield from names(tree.statements(each))


def _is_bound(node: tree.Name, parent: tree.Node | None) -> bool:
    """Whether the name is bound anew there rather than read."""
    match parent:
        case tree.Assign(targets=targets):
            return any(node is target for target in targets)
        case tree.AnnAssign(target=target) | tree.WithItem(target=target) | tree.For(target=target):
            return node is target
        case tree.Delete():
            return True
    return False


def _used(node: tree.Node, up: dict[int, tree.Node]) -> Used:
    inside = False
    parent = up.get(id(node))
    while True:
        match parent:
            case tree.Attribute():
                inside = True
            case tree.Subscript(value=value) if value is node:
                inside = True
            case tree.Call(func=func) if func is node and inside:
                pass  # a method of it: what it gives stands for it
            case tree.Await() | tree.Starred():
                pass
            case _:
                break
        node, parent = parent, up.get(id(parent))
    return Used(_purpose(node, parent, up), inside, _is_tried(node, up))


def _purpose(node: tree.Node, parent: tree.Node | None, up: dict[int, tree.Node]) -> Use:
    """What an expression is there for, by what stands around it."""
    while parent is not None:
        match parent:
            case tree.Call(func=func) if func is node:
                return Use.CALLED
            case tree.Call(func=tree.Name(id=last) | tree.Attribute(attr=last)):
                return Use.SHOWN if last in _SPOKEN else Use.HANDED_ON
            case tree.ExprStmt():
                return Use.SHOWN
            case tree.Return() | tree.Yield():
                return Use.RETURNED
            case tree.Compare() | tree.BoolOp() | tree.UnaryOp() | tree.Assert() | tree.While():
                return Use.TESTED
            case tree.If() | tree.Match():
                return Use.TESTED
            case tree.IfExp(test=test) if test is node:
                return Use.TESTED
            case (
                tree.Keyword() | tree.Sequence() | tree.DictDisplay() | tree.IfExp()
                | tree.FString() | tree.BinOp()
            ):  # fmt: skip
                node, parent = parent, up.get(id(parent))
            case _:
                return Use.HANDED_ON
    return Use.HANDED_ON


def _is_tried(node: tree.Node, up: dict[int, tree.Node]) -> bool:
    """Whether the node stands in the body of a ``try`` that has handlers."""
    parent = up.get(id(node))
    while parent is not None:
        if isinstance(parent, tree.Try) and parent.handlers:
            return any(each is node for each in walk(parent.body))
        parent = up.get(id(parent))
    return False
