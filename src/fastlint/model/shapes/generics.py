"""Types with something put in their place: type variables, and names that are written in quotes."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping

from fastlint.facts import tree
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    Const,
    External,
    Instance,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

_VARIABLES = frozenset(
    {
        "typing.TypeVar", "typing.TypeVarTuple", "typing.ParamSpec", "typing_extensions.TypeVar",
        "typing_extensions.TypeVarTuple", "typing_extensions.ParamSpec",
    }
)  # fmt: skip
_DECLARES = frozenset({"typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})
_DEEPEST = 20

Binding = Mapping[Value, Value]
"""What stands for each type variable."""


def is_variable(value: Value) -> bool:
    """Whether the value is a ``TypeVar`` of the project, or one of its kin."""
    return (
        isinstance(value, Instance)
        and isinstance(value.cls, External)
        and value.cls.name.removesuffix("()") in _VARIABLES
    )


def parameters(cls: ClassValue) -> tuple[Value, ...]:
    """The type variables of a generic class in their order; ``Generic[…]`` says it where it is."""
    found: dict[Value, None] = {}
    for base in cls.bases:
        if isinstance(base, Subscripted):
            own = dict.fromkeys(each for arg in base.args for each in variables(arg))
            if isinstance(base.origin, External) and base.origin.name in _DECLARES:
                return tuple(own)
            found.update(own)
    return tuple(found)


def bound(cls: ClassValue, args: tuple[Value, ...]) -> dict[Value, Value]:
    """What ``cls[args]`` puts for the variables of the class."""
    return dict(zip(parameters(cls), args, strict=False))


def bindings(cls: ClassValue, binding: Binding, depth: int = 0) -> dict[int, Binding]:
    """What stands for the variables of each class that ``cls`` derives from, by its ``id``."""
    found: dict[int, Binding] = {id(cls): binding}
    if depth > _DEEPEST:
        return found
    for base in cls.bases:
        args: tuple[Value, ...] = ()
        if isinstance(base, Subscripted):
            args = tuple(put(arg, binding) for arg in base.args)
            base = base.origin  # noqa: PLW2901 - what is subscripted
        if isinstance(base, ClassValue):
            for key, inner in bindings(base, bound(base, args), depth + 1).items():
                found.setdefault(key, inner)
    return found


def variables(value: Value, depth: int = 0) -> Iterator[Value]:
    """The type variables in a type, in the order in which they stand."""
    if is_variable(value):
        yield value
    elif depth < _DEEPEST:
        for part in _inside(value):
            yield from variables(part, depth + 1)


def put(value: Value, binding: Binding, frame: Frame | None = None, depth: int = 0) -> Value:
    """``value`` with what stands for its variables, and for names in quotes, seen from ``frame``.

    What a name in quotes leads to that is not known stays as it is.
    """
    if is_variable(value):
        return binding.get(value, value)
    if depth > _DEEPEST:
        return value
    match value:
        case Const(value=str() as text) if depth and frame is not None:
            return named(text, frame) or value
        case Subscripted(origin=origin, args=args):
            return Subscripted(origin, tuple(put(each, binding, frame, depth + 1) for each in args))
        case UnionType(members=members):
            return UnionType(tuple(put(each, binding, frame, depth + 1) for each in members))
        case AnnotatedType(base=base, metadata=metadata):
            return AnnotatedType(put(base, binding, frame, depth + 1), metadata)
    return value


def named(text: str, frame: Frame) -> Value | None:
    """What a name that is written in quotes leads to: ``"Item"``, ``"models.Item"``."""
    first, *rest = text.strip().split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in (first, *rest)):
        return None
    node: tree.Expr = tree.Name(1, 1, 1, 1, first)
    for part in rest:
        node = tree.Attribute(1, 1, 1, 1, node, part)
    found = evaluate(node, frame)
    return None if isinstance(found, Unknown) else found


def _inside(value: Value) -> tuple[Value, ...]:
    match value:
        case Subscripted(args=args):
            return args
        case UnionType(members=members):
            return members
        case AnnotatedType(base=base):
            return (base,)
    return ()
