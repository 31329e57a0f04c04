"""Subscripts: ``value[index]`` of types, lists, dictionaries and objects."""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import held, types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.language.arithmetic import union
from fastlint.model.following.objects import mappings, operators, protocols
from fastlint.model.following.objects.attributes import attribute
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    UNKNOWN,
    AnnotatedType,
    ClassValue,
    Const,
    External,
    Instance,
    Items,
    LiteralType,
    Mapping,
    Member,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)


def subscript(n: tree.Subscript, frame: Frame) -> Value:  # noqa: C901 - as `call`
    """``value[index]``"""
    value = evaluate(n.value, frame)
    index = evaluate(n.index, frame)
    if isinstance(n.index, tree.Slice) and isinstance(value, Const | Items):
        cut = _cut(value, n.index, frame)
        is_some = isinstance(value, Items) and isinstance(cut, Unknown) and frame.watch is not None
        return replace(value, open=True) if is_some else cut
    several = isinstance(n.index, tree.Sequence) and isinstance(index, Items)
    args = tuple(index.items) if several and isinstance(index, Items) else (index,)
    match value:
        case External(name="os.environ"):
            return Unknown("it comes from the environment")
        case External(name="typing.Annotated") if args:
            return types.annotated(args[0], args[1:])
        case External(name="typing.Optional"):
            return union(args[0], Const(None))
        case External(name="typing.Union"):
            return UnionType(args) if len(args) > 1 else args[0]
        case External(name="typing.Literal"):
            return LiteralType(args)
        case ClassValue() if is_enum(value) and (name := as_text(index)) is not None:
            return attribute(value, name, frame.machine)
        case External() | ClassValue() | Subscripted():
            return value if isinstance(value, Subscripted) else Subscripted(value, args)
        case Mapping() | Items():
            return _item_of(value, index, n, frame)
        case Instance(cls=External(name=cls)) if item := frame.machine.knowledge.attribute(
            cls, "[]"
        ):
            return Instance(External(item))
        case Instance() if (inside := protocols.inside(value)) is not None:
            return _item_of(inside, index, n, frame)
        case Instance(types=(_, *_)) if (found := _of_declared(value, index, n, frame)) is not None:
            return found
        case Instance():
            found = protocols.run(value, "__getitem__", (index,), frame.machine)
            if found is not None:
                return found
            found = operators.item(n, value, "__getitem__", frame, index)
            return found or types.element_of(value, frame.machine)
        case Member(owner=owner, dotted=dotted):
            return Member(owner, "[]", f"{dotted}[]")
        case AnnotatedType() | UnionType():
            return value  # a generic alias with its parameters filled in
    return value if isinstance(value, Unknown) else UNKNOWN


def _of_declared(value: Instance, index: Value, n: tree.Subscript, frame: Frame) -> Value | None:
    """``value[index]`` of something of which only the type is known, such as ``list[Job]``."""
    machine = frame.machine
    if (several := types.declared_items(value, machine)) is not None:
        at = index.value if isinstance(index, Const) else None
        return several[at] if isinstance(at, int) and abs(at) < len(several) else UNKNOWN
    container = held.declared(value, machine)
    if container is None:
        return None
    return value if isinstance(n.index, tree.Slice) else _item_of(container, index, n, frame)


def _item_of(value: Items | Mapping, index: Value, n: tree.Subscript, frame: Frame) -> Value:
    """``value[index]`` of a list or dictionary."""
    if isinstance(value, Mapping):
        found = mappings.looked_up(value, index)
        if found is not None:
            return found
        is_key = isinstance(index, Const | ClassValue)
        if value.factory is not None and frame.watch is None and is_key:
            made = frame.machine.call(value.factory, [], {}, n, frame)
            mappings.put(value, index, made)
            return made
        if not value.open and isinstance(index, Const):
            frame.machine.escape("KeyError")
        return mappings.any_of(value, index)
    if value.open or not isinstance(index, Const) or not isinstance(index.value, int):
        return held.item(value, index) if frame.watch is not None else UNKNOWN
    if -len(value.items) <= index.value < len(value.items):
        return value.items[index.value]
    frame.machine.escape("IndexError")
    return UNKNOWN


def _cut(value: Const | Items, index: tree.Slice, frame: Frame) -> Value:
    """``value[lower:upper:step]`` of a text or sequence, where all of it is known."""
    bounds: list[int | None] = []
    for part in (index.lower, index.upper, index.step):
        bound = Const(None) if part is None else evaluate(part, frame)
        if not isinstance(bound, Const) or not isinstance(bound.value, int | None):
            return UNKNOWN
        bounds.append(bound.value)
    try:
        if isinstance(value, Const) and isinstance(value.value, str):
            return Const(value.value[slice(*bounds)])
        if isinstance(value, Items) and not value.open:
            return Items(value.kind, value.items[slice(*bounds)])
    except ValueError:  # a step of 0
        return UNKNOWN
    return UNKNOWN
