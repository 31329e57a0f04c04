"""Lists, dictionaries and their like that a call gives: tests ask whether they are there at all.

What they hold is left out of account, so that one look at a function does for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from msgspec.structs import replace

from fastlint.findings import Span
from fastlint.model.following.values import (
    UNKNOWN,
    External,
    Instance,
    Items,
    Mapping,
    Unknown,
    Value,
)

_GIVEN = Span("", 1, 1, 1, 1)
"""Where each of them is said to be made: at some call."""
_KINDS = frozenset({"list", "set", "tuple"})


def is_given(value: Value | None) -> TypeGuard[Instance]:
    """Whether the value stands for a list, dictionary or the like that some call gives."""
    return isinstance(value, Instance) and value.span is _GIVEN


def given(value: Value) -> Instance | None:
    """What stands for a list, dictionary or the like; None for anything that may be None."""
    match value:
        case Items(kind=kind, or_none=False):
            kind = kind if kind in _KINDS else "object"
            return _standing_for(kind, is_filled=bool(value.items) and not value.open)
        case Mapping(or_none=False):
            return _standing_for("dict", is_filled=bool(value.pairs) and not value.open)
    return value if is_given(value) else None


def _standing_for(kind: str, *, is_filled: bool) -> Instance:
    args = (UNKNOWN,) if is_filled else ()
    return Instance(External(f"builtins.{kind}"), args=args, span=_GIVEN)


def is_filled(value: Instance) -> bool:
    """Whether what a call gives (see `is_given`) certainly holds something."""
    return bool(value.args)


def brought(declared: Value, value: Instance) -> Value:
    """What a parameter is that is given one: what is declared of it, and it is there."""
    if isinstance(declared, Unknown):
        return value
    if isinstance(declared, Instance) and isinstance(declared.cls, External):
        return replace(declared, args=value.args, span=_GIVEN)
    return declared


def settled(found: Value, values: Iterable[Value | None]) -> Value:
    """One of some values: where one of them may be None, so may the container that is found."""
    if isinstance(found, Items | Mapping) and not found.or_none:
        others = (each for each in values if each is not None and each is not found)
        if any(not isinstance(each, Items | Mapping) or each.or_none for each in others):
            return perhaps(found)
    return found


def perhaps(value: Value) -> Value:
    """The value, which None may stand for as well."""
    is_container = isinstance(value, Items | Mapping) and not value.or_none
    return replace(value, or_none=True) if is_container else value


def there(value: Value) -> Value:
    """The value, where a test has said that it is not None."""
    may_be_none = isinstance(value, Items | Mapping) and value.or_none
    return replace(value, or_none=False) if may_be_none else value
