"""What stands around a node: from the file down to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import children, place, walk

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module


def around(module: Module, node: tree.Node) -> tuple[tree.Node, ...]:
    """The nodes of the file that contain ``node``, outermost first, functions' bodies entered.

    ``node`` itself is left out; it need not be a node of the tree, only stand where one does.
    """
    found: list[tree.Node] = []
    below: Iterable[tree.Node] = module.facts.body
    while True:
        inner = next((each for each in below if _contains(each, node, module)), None)
        if inner is None or place(inner) == place(node):
            return tuple(found)
        found.append(inner)
        below = list(_below(inner, module))


def _below(node: tree.Node, module: Module) -> Iterator[tree.Node]:
    if isinstance(node, tree.FunctionDef):
        facts = module.facts.functions[node.index]
        yield from facts.decorators
        yield from facts.params
        yield from tree.statements(facts)
    elif isinstance(node, tree.Match):  # a case stands where its pattern does, its body does not
        yield node.subject
        for case in node.cases:
            yield from children(case)
    else:
        yield from children(node)


def holds(outer: tree.Node, inner: tree.Node) -> bool:
    """Whether ``inner`` stands within ``outer``, by their positions alone."""
    return (outer.line, outer.column) <= (inner.line, inner.column) and (
        inner.end_line,
        inner.end_column,
    ) <= (outer.end_line, outer.end_column)


def is_under_test_of(
    pattern: re.Pattern[str], inner: tree.Node, nodes: Iterable[tree.Node]
) -> bool:
    """Whether ``inner`` runs under an ``if`` among ``nodes`` whose condition says such a thing.

    Asked is every name and every text of the condition; both branches count.
    """
    return any(
        isinstance(node, tree.If | tree.IfExp)
        and holds(node, inner)
        and not holds(node.test, inner)
        and any(pattern.search(each) for each in said(node.test))
        for node in nodes
    )


def said(test: tree.Expr) -> Iterator[str]:
    """Every name and every text of a condition."""
    for node in walk([test]):
        match node:
            case tree.Name(id=word) | tree.Attribute(attr=word) | tree.Constant(value=str(word)):
                yield word


def _contains(outer: tree.Node, inner: tree.Node, module: Module) -> bool:
    """As `holds`, but decorators are a part of what they decorate."""
    first = outer.line
    if isinstance(outer, tree.FunctionDef):
        first = module.facts.functions[outer.index].first_line
    elif isinstance(outer, tree.ClassDef) and outer.decorators:
        first = outer.decorators[0].line
    if first < outer.line:
        end = (outer.end_line, outer.end_column)
        return first <= inner.line and (inner.end_line, inner.end_column) <= end
    return holds(outer, inner)
