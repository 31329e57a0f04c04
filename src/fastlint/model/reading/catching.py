"""Which ``except`` takes what is raised at a place, and what it does with it."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import exceptions_of, last_name, walk
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.values import ClassValue, External
from fastlint.model.reading.enclosing import holds

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.following.machine import Machine

EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})


def takers(
    node: tree.Node, function: Function, names: Container[str], machine: Machine
) -> list[tree.Handler]:
    """The ``except`` of each ``try`` around a node that takes what it raises, innermost first.

    ``names`` are those of an exception's class from outside and of all its bases but for
    `EVERYTHING`, in full.
    """
    around = [
        each
        for each in function.nodes
        if isinstance(each, tree.Try) and any(holds(part, node) for part in each.body)
    ]
    around.sort(key=lambda each: (each.line, each.column), reverse=True)
    found: list[tree.Handler] = []
    for each in around:
        found += [h for h in each.handlers if takes(h, function, names, machine)][:1]
    return found


def takes(
    handler: tree.Handler, function: Function, names: Container[str], machine: Machine
) -> bool:
    """Whether an ``except`` takes an exception that has these names; what is not known, does."""
    if handler.caught is None:
        return True
    frame = machine.run_module(function.path)
    for each in exceptions_of(handler):
        value = evaluate(each, frame)
        name = value.name if isinstance(value, External) else ""
        if name in EVERYTHING or name in names or not isinstance(value, External | ClassValue):
            return True
    return False


def goes_on(handler: tree.Handler) -> bool:
    """Whether an ``except`` may raise again what it has taken."""
    return any(
        isinstance(node, tree.Raise)
        and (node.exc is None or (handler.name is not None and last_name(node.exc) == handler.name))
        for node in walk(handler.body)
    )
