"""What ``isinstance`` and its like say of a name, in either branch of an ``if``."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following import choices, containers, type_variables
from fastlint.model.following.choices import any_object
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Member,
    Unknown,
    Value,
)

_ASKS = "iscoroutinefunction"


class Narrowed(NamedTuple):
    """One name of a frame, and what it stands for where the test holds, and where it does not."""

    name: str
    where_it_holds: Value | None
    otherwise: Value | None

    def turned(self) -> Narrowed:
        """The same for the opposite of the test."""
        return Narrowed(self.name, self.otherwise, self.where_it_holds)


def _if_there(name: str, frame: Frame) -> Narrowed | None:
    value = frame.namespace.get(name)
    may_be_none = isinstance(value, Items | Mapping) and value.or_none
    return Narrowed(name, containers.there(value), None) if value and may_be_none else None


def narrowed(test: tree.Expr, frame: Frame) -> Narrowed | None:
    """Of an object that may be of several classes: those that ``isinstance(x, …)`` leaves it.

    Of a list or dictionary that may be None: that it is none.
    """
    match test:
        case tree.Name(id=name):
            return _if_there(name, frame)
        case tree.Compare(left=tree.Name(id=name), ops=[op], comparators=[right]):
            if isinstance(right, tree.Constant) and right.value is None and not right.kind:
                found = _if_there(name, frame)
                is_asked = op in ("is not", "!=")
                return found if is_asked or found is None else found.turned()
        case tree.UnaryOp(op="not", operand=operand):
            found = narrowed(operand, frame)
            return found and found.turned()
        case tree.Call(func=tree.Name(id="isinstance"), args=[tree.Name(id=name), asked]):
            value = frame.namespace.get(name)
            if value is not None:
                return of_classes(name, value, evaluate(asked, frame), frame)
        case tree.Call(func=func, args=[tree.Name(id=name)]) if last_name(func) == _ASKS:
            value = frame.namespace.get(name)
            if isinstance(value, Unknown) and value.choices:
                return _of_functions(name, value)
    return None


def of_classes(name: str, value: Value, asked: Value, frame: Frame) -> Narrowed | None:
    """What a value is that is of one of some classes, and what it is otherwise."""
    if frame.watch is not None and says_nothing(value):
        return _of_unknown(name, value, asked)
    return _of(name, value, asked) if isinstance(value, Instance) else None


def _of_functions(name: str, value: Unknown) -> Narrowed | None:
    """Of several functions: those that are coroutine functions, and those that are not."""
    functions = [each for each in value.choices if isinstance(each, FunctionValue)]
    if len(functions) < len(value.choices):
        return None
    sides: tuple[list[Value], list[Value]] = ([], [])
    for each in functions:
        is_coroutine = each.facts.is_async and not each.facts.is_generator
        sides[not is_coroutine].append(each)
    held, not_held = (replace(value, choices=tuple(side)) for side in sides)
    return Narrowed(name, held, not_held)


def says_nothing(value: Value) -> bool:
    """Whether nothing is known of a value: also of what code from elsewhere gives."""
    return isinstance(value, Member) or type_variables.is_unclear(value)


def _of_unknown(name: str, value: Value, asked: Value) -> Narrowed | None:
    """Something of which nothing is known but what the test says."""
    given = asked.items if isinstance(asked, Items) else [asked]
    objects = [Instance(each) for each in given if isinstance(each, ClassValue | External)]
    are_known = len(objects) == len(given) and all(map(choices.is_callable, objects))
    return Narrowed(name, any_object(objects), value) if are_known else None


def _of(name: str, value: Instance, asked: Value) -> Narrowed | None:
    given = asked.items if isinstance(asked, Items) else [asked]
    classes = [each for each in given if isinstance(each, ClassValue)]
    if len(classes) < len(given):
        return None
    objects = (value, *value.others)
    those = [each for each in objects if _is_one_of(each, classes)]
    others = [each for each in objects if not _is_one_of(each, classes)]
    if not those and len(classes) == 1 and _derives(classes[0], value.cls):
        return Narrowed(name, Instance(classes[0]), None)
    return Narrowed(name, any_object(those), any_object(others)) if value.others else None


def _is_one_of(value: Instance, classes: list[ClassValue]) -> bool:
    line = value.cls.mro() if isinstance(value.cls, ClassValue) else [value.cls]
    return any(base is cls for base in line for cls in classes)


def _derives(cls: ClassValue, base: Value) -> bool:
    return any(each == base for each in cls.mro())
