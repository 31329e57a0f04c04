"""Tests of what the code says once and for all: ``if AUDIT:`` with ``AUDIT = False``.

A name of a module, an attribute of a class, or one that an object was made with (``Client(offline=
True)``) is such a constant where nothing in the project sets it anew, and where it is for nobody
else to say: an environment variable, a setting and the attribute of a library's class are not.
"""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following.frames import Frame
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.switches import is_switch
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    Instance,
    ModuleValue,
    Value,
)

_BY_ANY_NAME = ("__dict__", "setattr", "vars")
"""Words of what sets attributes whose names nobody can read."""
_OWN = frozenset({External("builtins.object"), External("abc.ABC"), External("typing.Generic")})


def holds(test: tree.Expr, frame: Frame) -> bool | None:
    """Whether a test holds whenever it is made; None where that is not certain."""
    if frame.watch is None or frame.machine.running:
        return None
    match test:
        case tree.Constant(value=value, kind=""):
            return bool(value)
        case tree.UnaryOp(op="not", operand=operand):
            found = holds(operand, frame)
            return None if found is None else not found
        case tree.BoolOp(op=op, values=values):
            answers = [holds(each, frame) for each in values]
            decisive = op == "or"
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        case tree.Compare(
            left=left, ops=["==" | "!=" | "is" | "is not" as op], comparators=[right]
        ):
            same = _are_same(_constant(left, frame), _constant(right, frame))
            return None if same is None else same is (op in ("==", "is"))
        case tree.Compare(left=tree.Attribute(attr="version_info")):
            version = frame.machine.look(test, frame)
            return bool(version.value) if isinstance(version, Const) else None
        case tree.Name() | tree.Attribute():
            known = _constant(test, frame)
            return bool(known.value) if isinstance(known, Const) else None
    return None


def _are_same(left: Value | None, right: Value | None) -> bool | None:
    match left, right:
        case Const(value=a), Const(value=b):
            return a == b
        case Instance(cls=a, attributes=of_one), Instance(cls=b, attributes=of_other) if a is b:
            return of_one.get("name") == of_other.get("name")
    return None


def _constant(node: tree.Expr, frame: Frame) -> Value | None:
    """The constant, or the enumeration's member, that an expression certainly stands for."""
    match node:
        case tree.Constant(value=value, kind=""):
            return Const(value)
        case tree.Name(id=name):
            return _of_name(name, frame)
        case tree.Attribute(value=owner, attr=attr):
            known = _of_owner(frame.machine.look(owner, frame), attr, owner, frame)
            return known if known is not None and is_switch(known) else None
    return None


def _of_name(name: str, frame: Frame) -> Value | None:
    around: Frame | None = frame
    while around is not None and (around.is_class or name not in around.namespace):
        around = around.parent
    if around is None:
        return None
    value = frame.machine.force(around.namespace[name])
    if around.parent is None:
        is_constant = isinstance(value, Const) and is_switch(value)
        is_kept = is_constant and not frame.machine.set_anew.name(around.path, name)
        return value if is_kept else None
    function = around.function  # `self` of an enumeration's member
    is_receiver = function is not None and function.bound is value
    return value if is_receiver and isinstance(value, Instance) and is_switch(value) else None


def _of_owner(owner: Value, attr: str, node: tree.Expr, frame: Frame) -> Value | None:
    """What an attribute is for good."""
    machine = frame.machine
    if isinstance(owner, ModuleValue):
        is_set = machine.set_anew.name(owner.path, attr)
        return None if is_set else machine.module_attribute(owner.path, attr)
    if isinstance(owner, ClassValue):
        if is_enum(owner):
            return machine.attribute(owner, attr)
        if isinstance(node, tree.Name) and node.id == "cls":
            return None  # it may be a class below
        cls, value = owner, None
    elif isinstance(owner, Instance) and isinstance(owner.cls, ClassValue):
        if not owner.made or owner.others:
            return None  # another one may be given
        cls, value = owner.cls, owner.attributes.get(attr)
    else:
        return None
    value = value or next((v for b in cls.own if (v := b.namespace.namespace.get(attr))), None)
    if not isinstance(value, Const) or not is_switch(value) or _is_foreign(cls):
        return None
    if any(machine.modules.mentions(base.path, *_BY_ANY_NAME) for base in cls.own):
        return None
    return None if machine.set_anew.attribute(attr) else value


def _is_foreign(cls: ClassValue) -> bool:
    """Whether a class from outside has a say in the attributes of its objects."""
    return not cls.is_whole or any(
        isinstance(base, External) and base not in _OWN for base in cls.mro()
    )
