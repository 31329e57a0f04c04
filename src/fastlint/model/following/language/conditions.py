"""Whether conditions hold, and the expressions that ask: ``and``, ``or``, ``a if b else c``."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following import choices, containers, shared, switches
from fastlint.model.following.expressions import evaluate, perhaps
from fastlint.model.following.frames import Frame, join
from fastlint.model.following.language import constants
from fastlint.model.following.objects import operators, protocols
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    ModuleValue,
    RouterValue,
    Value,
    is_settable,
)


def truth(value: Value) -> bool | None:
    """Whether the value is true; None where that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, FunctionValue | ClassValue | RouterValue | ModuleValue):
        return True
    if isinstance(value, Items) and not value.open:
        return bool(value.items)
    return None


def condition(node: tree.Expr, frame: Frame) -> bool | None:
    """Whether the test of a branch holds; None where that is not known.

    While a function is only watched, nothing is known: a setting's default says how the app is
    built, not what a request meets.
    """
    answer = decide(node, frame)
    return None if answer is None else answer.holds


class Answer(msgspec.Struct, frozen=True):
    """Whether a condition holds, and whether that is for the one who starts the program to say."""

    holds: bool
    settable: bool = False


def decide(node: tree.Expr, frame: Frame) -> Answer | None:
    """As `condition`, with the freedom that a setting leaves."""
    answer = _decided(node, frame)
    if frame.watch is None:
        return answer
    said = _said_for_sure(node, frame)
    return None if said is None else Answer(said, False)


def _said_for_sure(node: tree.Expr, frame: Frame) -> bool | None:
    """Whether a condition holds by what the call says, or by what the code says for good."""
    said = switches.answer(node, frame)
    return constants.holds(node, frame) if said is None else said


def _decided(node: tree.Expr, frame: Frame) -> Answer | None:
    if isinstance(node, tree.BoolOp):
        answers = [_decided(value, frame) for value in node.values]
        decisive = node.op == "or"
        found = [each for each in answers if each is not None and each.holds is decisive]
        if found:
            return Answer(decisive, all(each.settable for each in found))
        known = [each for each in answers if each is not None]
        if len(known) < len(answers):
            return None
        return Answer(not decisive, any(each.settable for each in known))
    if isinstance(node, tree.UnaryOp) and node.op == "not":
        answer = _decided(node.operand, frame)
        return None if answer is None else Answer(not answer.holds, answer.settable)
    if frame.watch is None and (holds := _is_given_as(node, frame)) is not None:
        return Answer(holds)
    value = evaluate(node, frame)
    holds = None if _may_be_empty(value, frame) else truth(value)
    if holds is None and isinstance(value, Instance):
        operators.used(node, value, operators.TRUTH, frame)
        holds = protocols.truth(value, frame.machine)
    if holds is None:
        return None
    return Answer(holds, is_settable(value))


def _is_given_as(node: tree.Expr, frame: Frame) -> bool | None:
    """What is asked of a name that certainly stands for an object which a module has made.

    That is ``isinstance(name, …)`` and, of a dictionary, ``name is None``.
    """
    match node:
        case tree.Call(func=tree.Name(id="isinstance"), args=[tree.Name(id=name), asked]):
            value = _made(name, frame)
            return None if value is None else switches.is_one(value, evaluate(asked, frame))
        case tree.Compare(
            left=tree.Name(id=name),
            ops=["is" | "is not" as op],
            comparators=[tree.Constant(value=None, kind="")],
        ):
            return op == "is not" if isinstance(_made(name, frame), Mapping) else None
    return None


def _made(name: str, frame: Frame) -> Value | None:
    value = frame.namespace.get(name)
    is_made = isinstance(value, Mapping) or (isinstance(value, Instance) and value.made)
    return value if is_made and name not in frame.unsure else None


def _may_be_empty(value: Value, frame: Frame) -> bool:
    """Whether nothing is in a list that is certainly there: all of it was put there perhaps."""
    if not isinstance(value, Items) or not value.items or frame.watch is not None:
        return False
    return not any(map(frame.machine.is_sure, value.items))


def bool_op(n: tree.BoolOp, frame: Frame) -> Value:
    """``a and b``, ``a or b``: the operand that decides, where that is known."""
    result = evaluate(n.values[0], frame)
    for before, each in pairwise(n.values):
        if _said_for_sure(before, frame) is (n.op == "or"):
            return result
        known = truth(result)
        decisive = known is not None and known is (n.op == "or")
        if decisive and frame.watch is None and not is_settable(result):
            return result  # Python does not evaluate the others
        value = perhaps(each, frame)
        if known is None and n.op == "or":
            result = join(result, value)
        elif known is None:  # either of them; a constant would pretend to know which
            result = UNKNOWN if isinstance(value, Const) else containers.perhaps(value)
        elif known is (n.op == "and"):
            result = value
    return result


_MAY_ASK = (tree.Sequence, tree.DictDisplay, tree.Name, tree.Subscript)
"""What may hold a ``Depends(…)``, and does nothing where it is read."""


def _is_marker(node: tree.Expr) -> bool:
    return isinstance(node, tree.Call) and last_name(node.func) in ("Depends", "Security")


def if_exp(n: tree.IfExp, frame: Frame) -> Value:
    """``body if test else orelse``"""
    answer = decide(n.test, frame)
    if answer is not None:
        by_default, other = (n.body, n.orelse) if answer.holds else (n.orelse, n.body)
        if not answer.settable:
            return evaluate(by_default, frame)
        taken = perhaps(by_default, frame)
        if (default := choices.by_default(taken)) and by_default is _stand_in(n):
            return default
        if isinstance(other, _MAY_ASK) or shared.asks(taken) or _is_marker(other):
            instead = perhaps(other, frame)
            if shared.asks(taken) or shared.asks(instead):
                return shared.in_both(taken, instead)
            joined = frame.either_list(taken, instead)
            return joined or choices.either_texts(instead, taken) or taken
        if isinstance(taken, Instance) and isinstance(other, tree.Call):
            return choices.either_object(perhaps(other, frame), taken) or taken
        if isinstance(taken, Items):
            return choices.either_texts(perhaps(other, frame), taken) or taken
        return taken
    either = perhaps(n.body, frame), perhaps(n.orelse, frame)
    if frame.watch is not None and all(isinstance(e, ClassValue | FunctionValue) for e in either):
        return either[0] if either[0] is either[1] else choices.in_turn(either)  # as `if` does
    if (default := choices.by_default(either[1])) and _stand_in(n) is n.orelse:
        return default
    return frame.either(either) or UNKNOWN


def _stand_in(n: tree.IfExp) -> tree.Expr | None:
    """The branch for where there is nothing of what is asked for: ``b`` of ``a if a else b``."""
    negated = isinstance(n.test, tree.UnaryOp) and n.test.op == "not"
    asked, other = (n.orelse, n.body) if negated else (n.body, n.orelse)
    return other if _said(n.test) <= _said(asked) else None


def _said(node: tree.Expr) -> frozenset[object]:
    """The names and constants of an expression."""
    nodes = list(walk([node]))
    written = (each.value for each in nodes if isinstance(each, tree.Constant))
    return frozenset((*filter(None, map(last_name, nodes)), *written))
