"""Constants that are called like a secret: what is refused, or the name to ask for one by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import Place, children, handed, last_name, names, place
from fastlint.model.knowledge import load_table

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module

_LEAVES = frozenset({"exit", "_exit"})


def is_named_only(module: Module, chain: tuple[tree.Node, ...]) -> bool:
    """Whether the constant that the nodes of ``chain`` make is no secret by all its uses.

    Each is a comparison after which an equal value is refused (one that was published), or the
    name under which a store of secrets is asked for the value. A constant without uses is none.
    """
    target = next((_target(each) for each in reversed(chain) if _target(each)), None)
    if target is None:
        return False
    reads = 0
    meant: set[Place] = set()
    for node in _everything(module):
        if isinstance(node, tree.Name | tree.Attribute) and last_name(node) == target.id:
            reads += place(node) != place(target)
        elif isinstance(node, tree.If) and _leaves(node.body):
            meant.update(place(each) for each in _refused(node.test) if _is(each, target))
        elif isinstance(node, tree.Call) and last_name(node.func) in _stores():
            meant.update(place(each) for each in handed(node) if _is(each, target))
    return 0 < reads == len(meant)


def _target(node: tree.Node) -> tree.Name | None:
    match node:
        case tree.Assign(targets=[tree.Name() as name]):
            return name
        case tree.AnnAssign(target=tree.Name() as name):
            return name
    return None


def _is(node: tree.Expr, target: tree.Name) -> bool:
    return isinstance(node, tree.Name) and node.id == target.id


def _everything(module: Module) -> Iterator[tree.Node]:
    """All nodes of the file, those of classes and functions included."""
    stack: list[tree.Node] = [*module.facts.body]
    for function in module.facts.functions:
        stack += [*tree.statements(function), *function.decorators, *function.params]
    while stack:
        node = stack.pop()
        yield node
        stack += children(node)


def _leaves(body: list[tree.Stmt]) -> bool:
    match body[-1]:
        case tree.Raise():
            return True
        case tree.ExprStmt(value=tree.Call(func=func)):
            return last_name(func) in _LEAVES
    return False


def _refused(test: tree.Expr) -> Iterator[tree.Expr]:
    """What an equal value is refused for: it is compared with what comes from elsewhere."""
    sides: list[tree.Expr] = []
    match test:
        case tree.BoolOp(values=values):
            for each in values:
                yield from _refused(each)
        case tree.Compare(left=left, ops=["=="], comparators=[right]):
            sides = [left, right]
        case tree.Call(func=func, args=[left, right]) if last_name(func) == "compare_digest":
            sides = [left, right]
    for one, other in zip(sides, reversed(sides), strict=True):
        if any(not name.isupper() for name in names([other])):
            yield one


@cache
def _stores() -> frozenset[str]:
    return frozenset(load_table("secrets")["roles"]["stores"])
