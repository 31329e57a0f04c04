"""Generator expressions, ``map`` and ``filter``: what is in them runs when somebody goes through.

They are followed where they stand. That is too early only for those that nobody goes through, or
not to the end.
"""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.expressions import evaluate, perhaps
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import External, Value

_CALLS = frozenset({"builtins.map", "builtins.filter"})
_STOPPING = frozenset({"next", "any", "all"})
"""What may stop before the end."""


def is_lazy(node: tree.Expr, frame: Frame) -> bool:
    """Whether the expression gives an iterator that has done nothing yet."""
    if isinstance(node, tree.Comprehension):
        return node.kind == "generator"
    if not isinstance(node, tree.Call) or not isinstance(node.func, tree.Name):
        return False
    callee = frame.lookup(node.func.id)
    return isinstance(callee, External) and callee.name in _CALLS


def dropped(node: tree.Expr, frame: Frame) -> None:
    """An iterator that nobody has: only what it would go through is worked out."""
    if isinstance(node, tree.Comprehension):
        evaluate(node.clauses[0].iterable, frame)
    elif isinstance(node, tree.Call):
        for each in node.args:
            evaluate(each, frame)


def bound(node: tree.Expr, targets: list[tree.Expr], frame: Frame) -> Value:
    """The iterator that names are bound to: without a loop over them, its items are possible."""
    names = {each.id for each in targets if isinstance(each, tree.Name)}
    is_kept = len(names) < len(targets) or any(_is_gone_through(each, frame) for each in names)
    return evaluate(node, frame) if is_kept else perhaps(node, frame)


def _is_gone_through(name: str, frame: Frame) -> bool:
    """Whether the body has the name for more than ``next(name)``."""
    machine, function = frame.machine, frame.function
    facts = machine.modules.facts(frame.path).body if function is None else None
    body = tree.statements(function.facts) if function is not None else facts or []
    others = 0
    for each in walk(body):
        if isinstance(each, tree.Name) and each.id == name:
            others += 1
        elif isinstance(each, tree.Assign):
            others -= sum(isinstance(t, tree.Name) and t.id == name for t in each.targets)
        elif isinstance(each, tree.Call) and each.args and _stops(each.func):
            first = each.args[0]
            others -= isinstance(first, tree.Name) and first.id == name
    return others > 0


def _stops(callee: tree.Expr) -> bool:
    return isinstance(callee, tree.Name) and callee.id in _STOPPING
