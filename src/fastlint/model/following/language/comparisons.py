"""Comparisons: ``==``, ``is``, ``<`` and ``in``, of what is known."""

from __future__ import annotations

import operator

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import pythons
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.language.conditions import truth
from fastlint.model.following.objects import operators, protocols
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    RouterValue,
    Value,
    is_settable,
)


def compare(n: tree.Compare, frame: Frame) -> Value:
    """``a < b``, ``a in b``, ``a < b < c``: a constant where the answer is known."""
    left = evaluate(n.left, frame)
    if frame.watch is not None and isinstance(n.left, tree.Call | tree.Await):
        left = _perhaps_none(left)
    rights = [evaluate(comparator, frame) for comparator in n.comparators]
    if frame.watch is not None:
        operators.compared(n, [left, *rights], frame)
    if len(rights) > 1 and frame.watch is None:
        pairs = zip([left, *rights], n.ops, rights, strict=False)
        answers = [compared(a, op, b) for a, op, b in pairs]
        known = False if False in answers else None if None in answers else True
        return UNKNOWN if known is None else Const(known, is_settable(left, *rights))
    is_looked_into = frame.watch is not None and n.ops[0] in ("in", "not in")
    if is_looked_into and _is_filled_later(rights[0]):
        return UNKNOWN
    if len(rights) == 1:
        if (version := pythons.compared(left, n.ops[0], rights[0])) is not None:
            return version
        known = compared(left, n.ops[0], _container(rights[0], n.ops[0], left, frame))
        within = rights[0].items if isinstance(rights[0], Items) else rights
        return UNKNOWN if known is None else Const(known, is_settable(left, *within))
    return UNKNOWN


def _perhaps_none(value: Value) -> Value:
    """What a call gives: where it gives an object, it may be one that gives None as well."""
    return replace(value, span=None) if isinstance(value, Instance) else value


def _is_filled_later(value: Value) -> bool:
    """Whether it holds nothing where it is made, and functions fill it."""
    if isinstance(value, Mapping):
        return not value.pairs and not value.whole
    return isinstance(value, Items) and not value.items and value.kind != "tuple"


def _container(value: Value, op: str, item: Value, frame: Frame) -> Value:
    """What ``in`` looks into: an object's own answer stands for a list with the item or without."""
    if op not in ("in", "not in") or not isinstance(value, Instance):
        return value
    answer = protocols.run(value, "__contains__", (item,), frame.machine)
    holds = None if answer is None else truth(answer)
    if holds is not None:
        return Items("list", [item] if holds else [])
    return protocols.inside(value) or value


def compared(left: Value, op: str, right: Value) -> bool | None:
    """Whether ``left op right`` holds; None where that is not known."""
    if op in ("in", "not in"):
        if isinstance(right, Items) and not isinstance(left, Const):
            answers = [same(left, item) for item in right.items]
            is_in = True if True in answers else None if None in answers or right.open else False
        else:
            is_in = _contains(right, left)
        return None if is_in is None else is_in is (op == "in")
    if op in _ORDER:
        return _ordered(left, op, right)
    if op not in ("==", "!=", "is", "is not"):
        return None
    known = same(left, right)
    made = isinstance(left, Instance) and left.span is not None
    if known is None and right == Const(None) and (made or truth(left) is True):
        known = False
    return None if known is None else known is (op in ("==", "is"))


_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _ordered(left: Value, op: str, right: Value) -> bool | None:
    """``left < right`` of two numbers or two texts."""
    match left, right:
        case Const(value=int() | float() as a), Const(value=int() | float() as b):
            return bool(_ORDER[op](a, b))
        case Const(value=str(a)), Const(value=str(b)):
            return bool(_ORDER[op](a, b))
    return None


def same(left: Value, right: Value) -> bool | None:
    """Whether two values are equal; None where that is not known."""
    match left, right:
        case Const(), Const():
            return left.value == right.value
        case Instance(cls=ClassValue() as a), Instance(cls=ClassValue() as b) if is_enum(a):
            name, other = left.attributes.get("name"), right.attributes.get("name")
            if a is b and isinstance(name, Const) and isinstance(other, Const):
                return name == other
        case FunctionValue(), FunctionValue():
            return left is right or (left.path, left.facts.index) == (right.path, right.facts.index)
        case (ClassValue(), ClassValue()) | (RouterValue(), RouterValue()):
            return left is right
        case External(name=a), External(name=b):
            # Two names of something from outside may stand for one; not so its constants.
            constants = a.startswith("inspect.Parameter.") and b.startswith("inspect.Parameter.")
            return True if a == b else False if constants else None
    return None


def _contains(container: Value, value: Value) -> bool | None:
    """``value in container``, for what is written out."""
    if isinstance(container, Mapping) and not isinstance(value, Const):
        return _has_member(container, value)
    if not isinstance(value, Const):
        return None
    if isinstance(container, Const):
        texts = (container.value, value.value)
        return texts[1] in texts[0] if all(isinstance(t, str) for t in texts) else None  # type: ignore[operator]
    if isinstance(container, Mapping):
        known = value.value in container.items if isinstance(value.value, str) else None
        return known if known or not (container.open or container.others) else None
    if isinstance(container, Items) and all(isinstance(item, Const) for item in container.items):
        return True if value in container.items else (None if container.open else False)
    return None


def _has_member(container: Mapping, key: Value) -> bool | None:
    """``Kind.A in {Kind.A: …}``; what stands there as text is no member that is none."""
    text = as_text(key)
    if text is not None:
        return True if text in container.items else None if container.open else False
    answers = [same(key, each) for each, _ in container.pairs]
    return True if True in answers else None if None in answers or container.open else False
