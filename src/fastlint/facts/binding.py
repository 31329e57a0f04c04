"""What a node of the syntax binds, and what the names of a body are bound to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import names


class Binding(msgspec.Struct, frozen=True, eq=False):
    """A place where a name begins to stand for something."""

    node: tree.Node
    """The assignment, loop, ``with``, ``except``, import or definition."""
    value: tree.Expr | None
    """What it stands for from there on; None where that is not written as an expression, as for
    what is unpacked, gone through, entered, added to, caught, imported, defined or deleted."""


def bindings(nodes: Iterable[tree.Node]) -> Mapping[str, Sequence[Binding]]:
    """All that ``nodes`` bind, by name, in their order. What stands below a node is not looked at.

    What a comprehension binds is among it, although it ends with that.
    """
    found: dict[str, list[Binding]] = {}
    for node in nodes:
        for target in targets(node):
            for each in unpacked(target):
                if isinstance(each, tree.Name):
                    value = _value(node) if each is target else None
                    found.setdefault(each.id, []).append(Binding(node, value))
        for name in _naming(node):
            found.setdefault(name, []).append(Binding(node, _value(node)))
    return found


def _value(node: tree.Node) -> tree.Expr | None:
    match node:
        case tree.Assign(value=value) | tree.AnnAssign(value=value) | tree.Walrus(value=value):
            return value
    return None


def targets(node: tree.Node) -> Sequence[tree.Expr]:
    """What a node assigns to or deletes, as it is written: a tuple that is unpacked is one.

    An annotation without a value assigns nothing.
    """
    assigning = _ASSIGNING.get(type(node))
    return () if assigning is None else assigning(node)


def unpacked(target: tree.Expr) -> Iterator[tree.Expr]:
    """The single targets of ``a, (b.c, *d)``: names, attributes and items."""
    if isinstance(target, tree.Sequence):
        for item in target.items:
            yield from unpacked(item)
    elif isinstance(target, tree.Starred):
        yield from unpacked(target.value)
    else:
        yield target


def bound_names(node: tree.Node) -> Iterator[str]:
    """The names that a node binds by itself; not those of which it changes a part."""
    for target in targets(node):
        yield from (each.id for each in unpacked(target) if isinstance(each, tree.Name))
    yield from _naming(node)


def touched_names(node: tree.Node) -> Iterable[str]:
    """The names that a node binds, may bind, or changes a part of.

    For ``a.b[c] = d`` these are ``a`` and ``c``: rather one too many than one too few.
    """
    assigning = _ASSIGNING.get(type(node))
    if assigning is not None:
        return names(assigning(node))
    return node.names if isinstance(node, tree.Scope) else _naming(node)


def _naming(node: tree.Node) -> Iterable[str]:
    naming = _NAMING.get(type(node))
    return () if naming is None else naming(node)


_ASSIGNING: dict[type[tree.Node], Callable[[Any], Sequence[tree.Expr]]] = {
    tree.Assign: lambda n: n.targets,
    tree.Delete: lambda n: n.targets,
    tree.AnnAssign: lambda n: () if n.value is None else (n.target,),
    tree.AugAssign: lambda n: (n.target,),
    tree.For: lambda n: (n.target,),
    tree.Clause: lambda n: (n.target,),
    tree.WithItem: lambda n: () if n.target is None else (n.target,),
}
_NAMING: dict[type[tree.Node], Callable[[Any], Iterable[str]]] = {
    tree.Walrus: lambda n: (n.name,),
    tree.Handler: lambda n: (n.name,) if n.name else (),
    tree.Case: lambda n: n.bound,
    tree.FunctionDef: lambda n: (n.name,),
    tree.ClassDef: lambda n: (n.name,),
    tree.TypeAlias: lambda n: (n.name,),
    tree.Import: lambda n: [alias.bound for alias in n.names],
    tree.ImportFrom: lambda n: [alias.bound for alias in n.names],
}
