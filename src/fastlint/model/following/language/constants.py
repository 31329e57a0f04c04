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
    UNKNOWN,
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
            one = _constant(left, frame)
            same = None if one is None else _are_same(one, _constant(right, frame))
            return None if same is None else same is (op in ("==", "is"))
        case tree.Compare(left=tree.Attribute(attr="version_info")):
            version = frame.machine.look(test, frame)
            return bool(version.value) if isinstance(version, Const) else None
        case tree.Name() | tree.Attribute():
            known = _constant(test, frame)
            return bool(known.value) if isinstance(known, Const) else None
    return None


def _are_same(left: Value, right: Value | None) -> bool | None:
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
            known = _of_owner(_owner(owner, frame), attr, owner, frame)
            return known if known is not None and is_switch(known) else None
    return None


def _owner(node: tree.Expr, frame: Frame) -> Value:
    """What a name stands for, or an attribute of something that is there for good."""
    match node:
        case tree.Name(id=name):
            around = _bound_in(name, frame)
            return UNKNOWN if around is None else frame.machine.force(around.namespace[name])
        case tree.Attribute(value=further, attr=attr):
            owner = _owner(further, frame)
            is_kept = owner.made if isinstance(owner, Instance) else True
            if is_kept and isinstance(owner, ModuleValue | ClassValue | Instance):
                return frame.machine.attribute(owner, attr)
    return UNKNOWN


def _of_name(name: str, frame: Frame) -> Value | None:
    around = _bound_in(name, frame)
    if around is None:
        return None
    value = frame.machine.force(around.namespace[name])
    if around.parent is None:
        is_constant = isinstance(value, Const) and is_switch(value)
        is_kept = is_constant and frame.machine.set_anew.is_literal(around.path, name)
        return value if is_kept else None
    function = around.function  # `self` of an enumeration's member
    is_receiver = function is not None and function.bound is value
    return value if is_receiver and isinstance(value, Instance) and is_switch(value) else None


def _bound_in(name: str, frame: Frame) -> Frame | None:
    """The frame whose name it is; None for a builtin."""
    around: Frame | None = frame
    while around is not None and (around.is_class or name not in around.namespace):
        around = around.parent
    return around


def _of_owner(owner: Value, attr: str, node: tree.Expr, frame: Frame) -> Value | None:
    """What an attribute is for good."""
    machine = frame.machine
    if isinstance(owner, ModuleValue):
        is_kept = machine.set_anew.is_literal(owner.path, attr)
        return machine.module_attribute(owner.path, attr) if is_kept else None
    if isinstance(owner, ClassValue):
        if is_enum(owner):
            return machine.attribute(owner, attr)
        around = _bound_in(node.id, frame) if isinstance(node, tree.Name) else None
        if around is None or around.parent is not None:
            return None  # it may be a class below
        cls, value = owner, _in_class(owner, attr)
    elif isinstance(owner, Instance) and isinstance(owner.cls, ClassValue):
        if not owner.made or owner.others:
            return None  # another one may be given
        cls, value = owner.cls, _in_object(owner, attr)
        alike = () if id(owner) in machine.depended else machine.alike.get(id(cls), ())
        others = (_in_object(each, attr) for each in alike)
        if any(other != value or not is_switch(other) for other in others):
            return None  # as likely it is another one of its class
    else:
        return None
    if not isinstance(value, Const) or not is_switch(value) or _is_foreign(cls):
        return None
    if any(machine.modules.mentions(base.path, *_BY_ANY_NAME) for base in cls.own):
        return None
    return None if machine.set_anew.attribute(attr) else value


def _in_object(owner: Instance, attr: str) -> Value:
    found = owner.attributes.get(attr)
    if found is None and isinstance(owner.cls, ClassValue):
        return _in_class(owner.cls, attr)
    return found or UNKNOWN


def _in_class(cls: ClassValue, attr: str) -> Value:
    """What the body of a class, or of the next one above that has it, says in so many words."""
    for base in cls.own:
        found = base.namespace.namespace.get(attr)
        if found is not None:
            is_written = any(_is_written(attr, each) for each in base.node.body)
            return found if is_written else UNKNOWN
    return UNKNOWN


def _is_written(attr: str, statement: tree.Stmt) -> bool:
    match statement:
        case tree.Assign(targets=[tree.Name(id=name)], value=tree.Constant()):
            return name == attr
        case tree.AnnAssign(target=tree.Name(id=name), value=tree.Constant()):
            return name == attr
    return False


def _is_foreign(cls: ClassValue) -> bool:
    """Whether a class from outside has a say in the attributes of its objects."""
    return not cls.is_whole or any(
        isinstance(base, External) and base not in _OWN for base in cls.mro()
    )
