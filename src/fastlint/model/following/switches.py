"""Parameters that switch a part of their function on or off: ``load(key, later=True)``.

Where the call itself says ``True`` or ``False``, the other branch of ``if later:`` does not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fastlint.facts import tree
from fastlint.facts.walk import names, walk
from fastlint.model.following.values import Const, Value


def is_switch(value: Value) -> bool:
    """Whether it is ``True`` or ``False`` as the code says it, and nobody may set another."""
    return isinstance(value, Const) and isinstance(value.value, bool) and not value.settable


def turns(function: tree.FunctionFacts, name: str) -> bool:
    """Whether an ``if`` of the function asks for the parameter, which is bound nowhere anew."""
    if not tree.mentions(function, name.encode()):
        return False
    nodes = list(walk(tree.statements(function)))
    asked = any(isinstance(node, tree.If) and name in set(_asked(node.test)) for node in nodes)
    return asked and not any(name in bound for bound in map(_bound, nodes))


def thrown(values: Mapping[str, Value]) -> dict[str, bool]:
    """The switches among what a call brings."""
    return {
        name: value.value
        for name, value in values.items()
        if isinstance(value, Const) and isinstance(value.value, bool)
    }


def answer(test: tree.Expr, switches: Mapping[str, bool]) -> bool | None:
    """Whether the test holds as the switches are; None where they alone do not say so."""
    match test:
        case tree.Name(id=name):
            return switches.get(name)
        case tree.UnaryOp(op="not", operand=operand):
            found = answer(operand, switches)
            return None if found is None else not found
        case tree.BoolOp(op=op, values=values):
            answers = [answer(each, switches) for each in values]
            decisive = op == "or"
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
    return None


def _asked(test: tree.Expr) -> Iterator[str]:
    match test:
        case tree.Name(id=name):
            yield name
        case tree.UnaryOp(op="not", operand=operand):
            yield from _asked(operand)
        case tree.BoolOp(values=values):
            for each in values:
                yield from _asked(each)


def _bound(node: tree.Node) -> Iterable[str]:
    match node:
        case tree.Assign(targets=targets) | tree.Delete(targets=targets):
            return names(targets)
        case tree.AnnAssign(target=target) | tree.AugAssign(target=target):
            return names([target])
        case tree.For(target=target):
            return names([target])
        case tree.WithItem(target=target) if target is not None:
            return names([target])
        case tree.Walrus(name=bound):
            return (bound,)
        case tree.Handler(name=bound) if bound is not None:
            return (bound,)
        case tree.Case(bound=bound) | tree.Scope(names=bound):
            return bound
    return ()
