"""Whether two types are the same, however each of them is written."""

from __future__ import annotations

from fastlint.model.following.values import (
    AnnotatedType,
    Const,
    Dots,
    External,
    LiteralType,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)

_SAME = {
    "typing.List": "builtins.list",
    "typing.Dict": "builtins.dict",
    "typing.Set": "builtins.set",
    "typing.Tuple": "builtins.tuple",
    "typing.FrozenSet": "builtins.frozenset",
    "typing.Sequence": "collections.abc.Sequence",
    "typing.Mapping": "collections.abc.Mapping",
    "typing.Iterable": "collections.abc.Iterable",
}


def same_type(a: Value, b: Value) -> bool:
    """Whether two annotations are the same type. The order of a union's members counts.

    The documentation lists them in that order.
    """
    if a is b:
        return not isinstance(a, Unknown)
    if isinstance(a, Subscripted) and isinstance(b, Subscripted):
        return same_type(a.origin, b.origin) and _all_same(a.args, b.args)
    if isinstance(a, UnionType) and isinstance(b, UnionType):
        return _all_same(a.members, b.members)
    if isinstance(a, AnnotatedType) and isinstance(b, AnnotatedType):
        return same_type(a.base, b.base) and _all_same(a.metadata, b.metadata)
    if isinstance(a, External) and isinstance(b, External):
        return _SAME.get(a.name, a.name) == _SAME.get(b.name, b.name)
    return isinstance(a, Const | Dots | LiteralType) and a == b


def _all_same(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool:
    return len(a) == len(b) and all(map(same_type, a, b))
