"""Operators between two values: sums, products, paths, sets and unions."""

from __future__ import annotations

import operator
from typing import Any

from fastlint.facts import tree
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.language import bounds
from fastlint.model.following.language.conditions import truth
from fastlint.model.following.language.formatting import formatted_with
from fastlint.model.following.objects import operators, places
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    UNKNOWN,
    Const,
    External,
    Instance,
    Items,
    Mapping,
    UnionType,
    Unknown,
    Value,
    is_settable,
)


def bin_op(n: tree.BinOp, frame: Frame) -> Value:
    """``left op right``"""
    left, right = evaluate(n.left, frame), evaluate(n.right, frame)
    if frame.watch is not None:
        given = operators.binary(n, left, right, frame)
        if given is not None:
            return given
    if isinstance(left, Items) and isinstance(right, Items) and n.op in _OF_SETS:
        return _set_of(left, n.op, right)
    if n.op == "|":
        return _pipeline(left, right, frame) or union(left, right)
    if n.op == "+":
        return _sum(left, right)
    if n.op == "/" and isinstance(left, Instance) and _is_path(left):
        place = places.below(left, [right])
        return Instance(left.cls) if place is None else places.path(place)
    if n.op == "%" and isinstance(left, Const) and isinstance(left.value, str):
        return formatted_with(left, right)
    if n.op == "*" and isinstance(left, Const) and isinstance(right, Const):
        return _product(left.value, right.value)
    if n.op in ("-", "//", "%") and isinstance(left, Const) and isinstance(right, Const):
        return arithmetic(n.op, left, right)
    return UNKNOWN


_WORKED_OUT = {"+": operator.add, "-": operator.sub, "//": operator.floordiv, "%": operator.mod}


def arithmetic(op: str, left: Const, right: Const) -> Value:
    """``left op right`` of two whole numbers."""
    first, second = left.value, right.value
    if op not in _WORKED_OUT or not isinstance(first, int) or not isinstance(second, int):
        return UNKNOWN
    if second == 0 and op in ("//", "%"):
        return UNKNOWN
    result = bounds.number(_WORKED_OUT[op](first, second))
    settable = is_settable(left, right)
    return Const(result.value, settable) if isinstance(result, Const) else result


_RUNNABLE = "langchain_core.runnables.Runnable"
_OF_SETS = frozenset({"|", "&", "-", "^"})


def _set_of(left: Items, op: str, right: Items) -> Value:
    """``left | right`` and its like, of two sets of constants."""
    plain = all(isinstance(each, Const) for each in (*left.items, *right.items))
    if not plain or left.open or right.open:
        return Items("set", [], open=True)
    mine, others = left.items, right.items
    kept = {
        "|": [*mine, *(each for each in others if each not in mine)],
        "&": [each for each in mine if each in others],
        "-": [each for each in mine if each not in others],
        "^": [each for each in (*mine, *others) if (each in mine) is not (each in others)],
    }
    return Items("set", kept[op])


def _is_path(value: Instance) -> bool:
    return isinstance(value.cls, External) and value.cls.name == "pathlib.Path"


def _product(left: Any, right: Any) -> Value:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return bounds.number(left * right)
    if isinstance(left, str) and isinstance(right, int) and bounds.fits([left] * min(right, 5000)):
        return Const(left * right)
    return UNKNOWN


def _sum(left: Value, right: Value) -> Value:
    match left, right:
        case Const(value=str(a)), Const(value=str(b)):
            return bounds.text(a + b, is_settable=is_settable(left, right))
        case Const(value=int() | float() as a), Const(value=int() | float() as b):
            return bounds.number(a + b)
        case Items(kind=kind), Items():
            both = Items(kind, list(left.items), left.open or right.open)
            bounds.grow(both, right.items)
            return both
        case (Instance(), Instance() | Const(value=str())) | (Const(value=str()), Instance()):
            texts = (as_text(left), as_text(right))  # an enumeration's members
            return UNKNOWN if None in texts else Const(f"{texts[0]}{texts[1]}")
    return left if isinstance(left, Unknown) else UNKNOWN


def _pipeline(left: Value, right: Value, frame: Frame) -> Value | None:
    """``prompt | llm | parser``: whoever runs it runs the model."""
    for part in (left, right):
        cls = part.cls if isinstance(part, Instance) else None
        if isinstance(cls, External) and frame.machine.knowledge.derives(cls.name, _RUNNABLE):
            return Instance(External(_RUNNABLE))
    return None


def union(left: Value, right: Value) -> Value:
    """``left | right`` of two types, or of two dictionaries."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        others = [*right.others, *left.others]
        return Mapping({**left.items, **right.items}, left.open or right.open, others)
    if isinstance(left, Items) or (isinstance(left, Const) and isinstance(left.value, int)):
        return UNKNOWN
    members: list[Value] = []
    for side in (left, right):
        added = side.members if isinstance(side, UnionType) else [side]
        members.extend(each for each in added if not any(each is known for known in members))
    return UnionType(tuple(members))


def unary_op(n: tree.UnaryOp, frame: Frame) -> Value:
    """``not value``, ``-value`` and their like."""
    value = evaluate(n.operand, frame)
    if n.op == "not":
        known = truth(value)
        if known is not None:
            return Const(not known, is_settable(value))
        operators.unary(n, value, frame)
        return UNKNOWN
    if n.op == "-" and isinstance(value, Const) and isinstance(value.value, int | float):
        return Const(-value.value)
    return operators.unary(n, value, frame)
