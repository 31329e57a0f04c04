"""Which names are a function's own, and which it shares with every other request."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.model.following.functions import Function


def own_names(function: Function) -> frozenset[str]:
    """The names that a function binds itself: parameters, variables, what it imports or defines.

    What it declares as ``global`` or ``nonlocal`` is not among them, nor is the object that a
    method belongs to, as it may well be shared.
    """
    shared = {
        name for node in function.nodes if isinstance(node, tree.Scope) for name in node.names
    }
    return frozenset(_bound(function)) - shared


def _bound(function: Function) -> Iterator[str]:
    params = function.facts.params
    is_method = function.facts.is_method and function.name != "__init__"
    for param in params[1:] if is_method else params:
        yield param.name
    for node in function.nodes:
        match node:
            case tree.Walrus(name=name) | tree.FunctionDef(name=name) | tree.ClassDef(name=name):
                yield name
            case tree.Handler(name=str(name)):
                yield name
            case tree.For(target=target) | tree.Clause(target=target):
                yield from _plain(target)
            case tree.WithItem(target=target) if target is not None:
                yield from _plain(target)
            case tree.Assign(targets=targets):
                for target in targets:
                    yield from _plain(target)
            case tree.AnnAssign(target=target):
                yield from _plain(target)
            case tree.Case(bound=names):
                yield from names
            case tree.Alias(bound=name):
                yield name


def _plain(target: tree.Expr) -> Iterator[str]:
    if isinstance(target, tree.Name):
        yield target.id
    elif isinstance(target, tree.Sequence):
        for item in target.items:
            yield from _plain(item)
    elif isinstance(target, tree.Starred):
        yield from _plain(target.value)


def root(node: tree.Expr) -> str:
    """``a`` of ``a.b[0].c()``"""
    while isinstance(node, tree.Attribute | tree.Subscript | tree.Call):
        node = node.func if isinstance(node, tree.Call) else node.value
    return node.id if isinstance(node, tree.Name) else ""
