"""What Starlette's converters make of a piece of a path, and which types refuse that.

Followed from starlette 1.10, ``convertors.py``; what pydantic 2 makes of a value of another type
was tried, see the page of converter-type-mismatch.
"""

from __future__ import annotations

from fastlint.model.following import classes
from fastlint.model.following.values import (
    AnnotatedType,
    ClassValue,
    Const,
    External,
    LiteralType,
    Value,
)
from fastlint.model.serving.unread_bodies import is_taken_as_it_is

_TEXTS = frozenset({"builtins.str", "builtins.bytes"})
_REFUSED = {
    "int": _TEXTS | {"uuid.UUID"},
    "float": _TEXTS | {"uuid.UUID"},
    "uuid": _TEXTS
    | {
        "builtins.int", "builtins.float", "builtins.bool", "decimal.Decimal", "datetime.date",
        "datetime.datetime", "datetime.time",
    },
}  # fmt: skip
"""By converter: types that no value of it fits. What ``path`` and ``str`` give is text."""


def refuses(converter: str, declared: Value) -> bool:
    """Whether the type takes no value at all that the converter makes."""
    refused = _REFUSED.get(converter)
    if refused is None or not is_taken_as_it_is(declared):
        return False
    return all(_refuses(member, refused) for member in classes.members(declared))


def _refuses(member: Value, refused: frozenset[str]) -> bool:
    match member:
        case AnnotatedType(base=base):
            return is_taken_as_it_is(member) and _refuses(base, refused)
        case External(name=name):
            return name in refused
        case LiteralType(values=values):
            return all(isinstance(v, Const) and isinstance(v.value, str) for v in values)
        case ClassValue():
            return classes.is_subclass(member, "enum.Enum") and classes.is_subclass(
                member, "builtins.str"
            )
    return False
