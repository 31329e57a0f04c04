"""Lists of which a condition decides what is in them: ``[a, b] if DEBUG else [a]``.

Whoever goes through such a list, to include the routers in it, meets what all of them hold for
certain, and the rest perhaps.
"""

from __future__ import annotations

from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    FunctionValue,
    Items,
    LambdaValue,
    Mapping,
    ModuleValue,
    RouterMethod,
    RouterValue,
    Value,
)

_REGISTERED = (ClassValue, FunctionValue, LambdaValue, ModuleValue, RouterMethod, RouterValue)
"""What is put in lists in order to be registered; texts and dependencies have rules of their own
(`fastlint.model.following.shared`)."""
_LONGEST = 1_000


def either_list(first: Value, second: Value) -> tuple[Items, list[Value]] | None:
    """A list with the items of both, and those of them that only one has; None is an empty one.

    None for what are no lists, or none that anything is registered from.
    """
    one, other = _list(first), _list(second)
    if one is None or other is None or not (_registers(one) or _registers(other)):
        return None
    if len(one.items) > _LONGEST or len(other.items) > _LONGEST:
        return None
    items, at = list(one.items), 0
    alone: list[Value] = []
    for item in other.items:
        found = next((n for n in range(at, len(items)) if _is_one(items[n], item)), None)
        if found is None:
            items.insert(at, item)
            alone.append(item)
        at = (at if found is None else found) + 1
    alone += (i for i in one.items if not any(_is_one(i, each) for each in other.items))
    kind = (second if isinstance(second, Items) else one).kind
    return Items(kind, items, one.open or other.open), alone


def _list(value: Value) -> Items | None:
    if isinstance(value, Items):
        return value
    return Items("list", []) if value == NONE else None


def _registers(items: Items) -> bool:
    return any(isinstance(each, _REGISTERED) or _holds_router(each) for each in items.items)


def _holds_router(value: Value) -> bool:
    """A row of a table: ``(router, "/prefix")``, ``{"router": router}``."""
    if isinstance(value, Items):
        return any(isinstance(each, _REGISTERED) for each in value.items)
    return isinstance(value, Mapping) and any(
        isinstance(each, _REGISTERED) for _, each in value.pairs
    )


def _is_one(item: Value, other: Value) -> bool:
    return item is other or (isinstance(item, Const) and item == other)
