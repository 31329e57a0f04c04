"""Types as people write them: ``list[Item] | None``."""

from __future__ import annotations

from fastlint.model.values import (
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


def type_name(value: Value) -> str:
    """The type by the bare names of its classes; ``…`` for each part that is not known."""
    match value:
        case ClassValue(node=node):
            return node.qualname.rpartition("<locals>.")[2]
        case External(name="types.NoneType"):
            return "None"
        case External(name=name):
            return name.rpartition(".")[2]
        case Subscripted(origin=origin, args=args):
            return f"{type_name(origin)}[{', '.join(map(type_name, args))}]"
        case UnionType(members=members):
            return " | ".join(map(type_name, members))
        case AnnotatedType(base=base):
            return type_name(base)
        case LiteralType(values=values):
            return f"Literal[{', '.join(map(_constant, values))}]"
        case Items(items=items):  # the arguments of a Callable
            return f"[{', '.join(map(type_name, items))}]"
        case Const(value=str() as text):  # a forward reference
            return text
        case Const(value=None):
            return "None"
    return NOT_KNOWN


def _constant(value: Value) -> str:
    return repr(value.value) if isinstance(value, Const) else type_name(value)
