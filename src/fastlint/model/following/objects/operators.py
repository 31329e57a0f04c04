"""Methods of the project's classes that run without being called: behind operators and tests.

Only while a function is watched, and only those of objects whose class is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import classes
from fastlint.model.following.objects import descriptors
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    FunctionValue,
    Instance,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame

_BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod",
    "**": "pow", "@": "matmul", "&": "and", "|": "or", "^": "xor", "<<": "lshift", ">>": "rshift",
}  # fmt: skip
_UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
_COMPARING = {
    "==": ("__eq__", "__eq__"), "!=": ("__ne__", "__ne__"), "<": ("__lt__", "__gt__"),
    "<=": ("__le__", "__ge__"), ">": ("__gt__", "__lt__"), ">=": ("__ge__", "__le__"),
}  # fmt: skip
"""What the left operand is asked, and what the right one if the left has nothing to say."""
TRUTH = ("__bool__", "__len__")
TEXT = ("__format__", "__str__", "__repr__")
BUILTINS = {
    "builtins.abs": ("__abs__",),
    "builtins.bool": TRUTH,
    "builtins.bytes": ("__bytes__",),
    "builtins.float": ("__float__", "__index__"),
    "builtins.format": TEXT,
    "builtins.hash": ("__hash__",),
    "builtins.int": ("__int__", "__index__"),
    "builtins.iter": ("__iter__",),
    "builtins.len": ("__len__",),
    "builtins.next": ("__next__",),
    "builtins.print": TEXT[1:],
    "builtins.repr": TEXT[2:],
    "builtins.reversed": ("__reversed__",),
    "builtins.round": ("__round__",),
    "builtins.str": TEXT[1:],
}
"""The methods that functions of Python run, the first of them that there is."""


class Operation(msgspec.Struct, frozen=True, eq=False):
    """A place where an operator, a test or a subscript runs a method of the project."""

    node: tree.Expr
    method: FunctionValue
    """Bound to the object."""
    args: tuple[Value, ...]


def used(
    node: tree.Expr, owner: Value, names: tuple[str, ...], frame: Frame, *args: Value
) -> Value | None:
    """Note that the first of these methods that ``owner`` has is run, and tell what it gives.

    None where the project has no such method.
    """
    if frame.watch is None or not isinstance(owner, Instance):
        return None
    if not isinstance(owner.cls, ClassValue):
        return None
    method = of(owner, names)
    if method is None:
        return None
    frame.watch.operations.append(Operation(node, method, args))
    return frame.machine.result_of(method)


def of(owner: Instance, names: tuple[str, ...]) -> FunctionValue | None:
    """The first of these methods that the project's own class of an object has."""
    if isinstance(owner.cls, ClassValue):
        for name in names:
            found = classes.method(owner.cls, name)
            if found is not None:
                return replace(found, bound=owner)
    return None


def binary(n: tree.BinOp, left: Value, right: Value, frame: Frame) -> Value | None:
    """``left + right`` and its like."""
    name = _BINARY.get(n.op)
    if name is None:
        return None
    given = used(n, left, (f"__{name}__",), frame, right)
    return used(n, right, (f"__r{name}__",), frame, left) if given is None else given


def changed(target: tree.Expr, op: str, before: Value, after: Value, frame: Frame) -> Value:
    """``before += after`` and its like."""
    name = _BINARY.get(op)
    names = () if name is None else (f"__i{name}__", f"__{name}__")
    return used(target, before, names, frame, after) or UNKNOWN


def set_by_hook(
    target: tree.Attribute, owner: Value, frame: Frame, value: Value | None = None
) -> bool:
    """Note what ``owner.name = value``, or ``del owner.name``, runs; False where that is nothing.

    The setter or deleter of a property, ``__set__`` or ``__delete__`` of a descriptor.
    """
    if frame.watch is None or not isinstance(owner, Instance):
        return False
    args = () if value is None else (value,)
    getter = descriptors.property_of(owner, target.attr)
    if getter is not None:
        method = getter.attributes.get("deleter" if value is None else "setter")
        if isinstance(method, FunctionValue):
            frame.watch.operations.append(Operation(target, replace(method, bound=owner), args))
        return True
    descriptor = descriptors.descriptor_of(owner, target.attr)
    if descriptor is None:
        return False
    name = "__delete__" if value is None else "__set__"
    return used(target, descriptor, (name,), frame, owner, *args) is not None


def unary(n: tree.UnaryOp, value: Value, frame: Frame) -> Value:
    """``-value`` and its like."""
    names = TRUTH if n.op == "not" else (_UNARY.get(n.op, ""),)
    return used(n, value, names, frame) or UNKNOWN


def compared(n: tree.Compare, values: list[Value], frame: Frame) -> None:
    """``a < b < c``, ``a in b``; identity runs nothing."""
    for left, op, right in zip(values, n.ops, values[1:], strict=False):
        if op in ("in", "not in"):
            used(n, right, ("__contains__", "__iter__"), frame, left)
        elif op in _COMPARING:
            here, there = _COMPARING[op]
            if used(n, left, (here,), frame, right) is None:
                used(n, right, (there,), frame, left)


def item(node: tree.Expr, owner: Value, name: str, frame: Frame, *args: Value) -> Value | None:
    """``owner[key]``; None where the project has no method for that, or nothing is known of it."""
    given = used(node, owner, (name,), frame, *args)
    return None if isinstance(given, Unknown) else given
