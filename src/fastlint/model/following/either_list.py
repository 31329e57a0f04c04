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
    Instance,
    Items,
    LambdaValue,
    Mapping,
    ModuleValue,
    RouterMethod,
    RouterValue,
    Value,
)

_ROUTERS = (ModuleValue, RouterMethod, RouterValue)
_CALLED = (ClassValue, FunctionValue, LambdaValue)
"""What is put in lists in order to be called, or asked for; texts and dependencies have rules of
their own (`fastlint.model.following.shared`)."""
_LONGEST = 1_000


def either_list(first: Value, second: Value) -> tuple[Items, list[Value]] | None:
    """A list with the items of both, and those of them that only one has; None is an empty one.

    Of functions and classes, what only one has is left out, and the list open: they may be asked
    for as dependencies. None for what are no lists, or none that hold any of these.
    """
    one, other = _list(first), _list(second)
    if one is None or other is None or max(len(one.items), len(other.items)) > _LONGEST:
        return None
    kind = (second if isinstance(second, Items) else one).kind
    alone = [*_missing(one.items, other.items), *_missing(other.items, one.items)]
    held = [*one.items, *other.items]
    if any(isinstance(each, _ROUTERS) or _is_made(each) or _is_row(each) for each in held):
        return Items(kind, _merged(one.items, other.items), one.open or other.open), alone
    if alone and any(isinstance(each, _CALLED) for each in held):
        both = [each for each in one.items if not any(each is other for other in alone)]
        return Items(kind, both, open=True), []
    return None


def _missing(items: list[Value], others: list[Value]) -> list[Value]:
    """Those of the items that are not among the others."""
    return [item for item in items if not any(_is_one(item, each) for each in others)]


def _merged(first: list[Value], second: list[Value]) -> list[Value]:
    """The items of both, in the order that they have in each of them."""
    items, at = list(first), 0
    for item in second:
        found = next((n for n in range(at, len(items)) if _is_one(items[n], item)), None)
        if found is None:
            items.insert(at, item)
        at = (at if found is None else found) + 1
    return items


def _list(value: Value) -> Items | None:
    if isinstance(value, Items):
        return value
    return Items("list", []) if value == NONE else None


def _is_made(value: Value) -> bool:
    """An object of the project, which may register something itself: ``plugin.register(app)``."""
    return isinstance(value, Instance) and isinstance(value.cls, ClassValue) and value.made


def _is_row(value: Value) -> bool:
    """A row of a table: ``(router, "/prefix")``, ``{"path": "/x", "handler": read}``."""
    held = value.items if isinstance(value, Items) else ()
    held = [each for _, each in value.pairs] if isinstance(value, Mapping) else held
    return any(isinstance(each, _ROUTERS + _CALLED) for each in held)


def _is_one(item: Value, other: Value) -> bool:
    return item is other or (isinstance(item, Const) and item == other)
