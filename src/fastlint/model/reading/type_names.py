"""Types as people write them: ``list[Item] | None``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    Const,
    External,
    Items,
    LiteralType,
    Subscripted,
    UnionType,
    Value,
)

NOT_KNOWN = "…"


_MOST_PARTS = 1_000
"""Of one type: an alias that names another one twice, and so on, is longer than any memory."""


def type_name(value: Value) -> str:
    """The type by the bare names of its classes; ``…`` for each part that is not known."""
    return _name(value, iter(range(_MOST_PARTS)))


def _name(value: Value, left: Iterator[int]) -> str:
    def inner(values: tuple[Value, ...] | list[Value], between: str = ", ") -> str:
        return between.join(_name(each, left) for each in values if next(left, None) is not None)

    match value:
        case ClassValue(node=node):
            return node.qualname.rpartition("<locals>.")[2]
        case External(name="types.NoneType"):
            return "None"
        case External(name=name):
            return name.rpartition(".")[2]
        case Subscripted(origin=origin, args=args):
            return f"{_name(origin, left)}[{inner(args)}]"
        case UnionType(members=members):
            return inner(members, " | ")
        case AnnotatedType(base=base):
            return _name(base, left)
        case LiteralType(values=values):
            return f"Literal[{', '.join(map(_constant, values))}]"
        case Items(items=items):  # the arguments of a Callable
            return f"[{inner(items)}]"
        case Const(value=str() as text):  # a forward reference
            return text
        case Const(value=None):
            return "None"
    return NOT_KNOWN


def _constant(value: Value) -> str:
    return repr(value.value) if isinstance(value, Const) else type_name(value)
