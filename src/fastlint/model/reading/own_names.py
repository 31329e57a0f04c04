"""Which names are a function's own, and which it shares with every other request."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.facts.binding import bound_names
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
        yield from bound_names(node)


def root(node: tree.Expr) -> str:
    """``a`` of ``a.b[0].c()``"""
    while isinstance(node, tree.Attribute | tree.Subscript | tree.Call):
        node = node.func if isinstance(node, tree.Call) else node.value
    return node.id if isinstance(node, tree.Name) else ""
