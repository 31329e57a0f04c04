"""What ``isinstance`` says of a name, in either branch of an ``if``."""

from __future__ import annotations

from typing import NamedTuple

from fastlint.facts import tree
from fastlint.model.following.choices import any_object
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import ClassValue, Instance, Items, Value


class Narrowed(NamedTuple):
    """One name of a frame, and what it stands for where the test holds, and where it does not."""

    name: str
    where_it_holds: Value | None
    otherwise: Value | None


def narrowed(test: tree.Expr, frame: Frame) -> Narrowed | None:
    """Of an object that may be of several classes: those that ``isinstance(x, …)`` leaves it."""
    match test:
        case tree.UnaryOp(op="not", operand=operand):
            found = narrowed(operand, frame)
            return found and Narrowed(found.name, found.otherwise, found.where_it_holds)
        case tree.Call(func=tree.Name(id="isinstance"), args=[tree.Name(id=name), asked]):
            value = frame.namespace.get(name)
            if isinstance(value, Instance):
                return _of(name, value, evaluate(asked, frame))
    return None


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
    return any(each is base for each in cls.mro())
