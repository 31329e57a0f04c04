"""Which class stands behind a type that only says what its objects can do."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.choices import either_object, one_of
from fastlint.model.following.classes import method
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Subscripted,
    Unknown,
    Value,
)

_OPEN = frozenset({"Any", "Callable", "object", "type"})
_PROTOCOL = External("typing.Protocol")


def is_abstract(cls: ClassValue) -> bool:
    """Whether the class says that only its subclasses are made."""
    metaclasses = [keyword.value for keyword in cls.node.keywords if keyword.name == "metaclass"]
    return External("abc.ABC") in cls.bases or any(
        last_name(each) == "ABCMeta" for each in metaclasses
    )


def only_declares(value: Value) -> bool:
    """Whether the value is an object of an abstract class or a protocol, hence of some other."""
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue) or value.made:
        return False
    return value.span is None and (is_abstract(value.cls) or is_protocol(value.cls))


def is_as_made(value: Value) -> bool:
    """Whether its class alone does not say what an object holds.

    Its ``__init__`` takes something that declares nothing, a function, or what only declares:
    whoever has made it knows.
    """
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
        return False
    init = method(value.cls, "__init__")
    params = [] if init is None else init.facts.params[1:]
    return any(_is_open(param, init) for param in params if init is not None)


def _is_open(param: tree.Param, init: FunctionValue) -> bool:
    if param.kind in ("*args", "**kwargs"):
        return False
    annotation = param.annotation
    if annotation is None:
        return param.default is None or _is_none(param.default)
    if isinstance(annotation, tree.Subscript):
        annotation = annotation.value
    if last_name(annotation) in _OPEN:
        return True
    if not isinstance(annotation, tree.Name):
        return False
    declared = init.scope.machine.evaluate(annotation, init.scope)
    return isinstance(declared, ClassValue) and only_declares(Instance(declared))


def _is_none(node: tree.Expr) -> bool:
    return isinstance(node, tree.Constant) and node.value is None and not node.kind


def behind(declared: Value, given: Iterable[Value]) -> Value:
    """What is declared, or the object that the code gives, where all that it gives is known.

    Of several classes it may be of any.
    """
    if isinstance(declared, ClassValue):
        return _class_behind(declared, given)
    found: Instance | None = None
    for value in given:
        if value == NONE:
            continue
        if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
            return _as_asked(declared, value)
        if only_declares(value) or not _is_one(value, declared):
            return _as_asked(declared, value)
        found = value if found is None else either_object(value, found) or found
    return declared if found is None else found


def _as_asked(declared: Value, given: Value) -> Value:
    """What is declared, and under which name a registry was asked for it."""
    asked = given.asked if isinstance(given, Instance | Unknown) else None
    is_object = asked is not None and isinstance(declared, Instance)
    return replace(declared, asked=asked) if is_object else declared


def _class_behind(declared: ClassValue, given: Iterable[Value]) -> Value:
    """As `behind`, of the class that ``type[C]`` declares."""
    found = [value for value in given if value != NONE]
    derived = [e for e in found if isinstance(e, ClassValue) and declared in e.mro()]
    if not derived or len(derived) < len(found):
        return declared
    if any(each is declared or is_abstract(each) or is_protocol(each) for each in derived):
        return declared  # of which class it is depends on who asks
    return derived[0] if len(derived) == 1 else one_of(derived)


def _is_one(value: Instance, declared: Value) -> bool:
    """Whether the object is one of what is declared; who keeps to a protocol need not say so."""
    if not isinstance(declared, Instance) or not isinstance(value.cls, ClassValue):
        return False
    return any(base is declared.cls for base in value.cls.mro()) or is_protocol(declared.cls)


def is_protocol(cls: Value) -> bool:
    """Whether any class that has the members is taken for it."""
    return isinstance(cls, ClassValue) and any(
        (base.origin if isinstance(base, Subscripted) else base) == _PROTOCOL for base in cls.bases
    )
