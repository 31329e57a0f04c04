"""What texts, dependencies and options are there whichever of two values something has.

They tell as much by being left out as by being there: neither of the two says more.
"""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.model.following.values import (
    NONE,
    AnnotatedType,
    Const,
    DependsMarker,
    Items,
    Mapping,
    Unknown,
    Value,
)

CONDITIONAL = "it depends on a condition"
"""Why it is unknown which of two values something has."""
_EITHER = Unknown(CONDITIONAL)


def tells_by_lacking(before: Value, after: Value) -> bool:
    """Whether one of the two says as much by what it lacks as the other by what it has."""
    match before, after:
        case Mapping(), Mapping():
            return all(_is_plain(each) for _, each in [*before.pairs, *after.pairs])
        case Items(), Items():
            return _is_plain(before) and _is_plain(after)
    asking = asks(before), asks(after)
    if any(asking) and any(isinstance(each, AnnotatedType) for each in (before, after)):
        return not any(isinstance(each, Unknown) for each in (before, after))
    return all(asking) or (any(asking) and NONE in (before, after))


def perhaps(before: Value | None, after: Value) -> Value | None:
    """What is there where ``before`` was, and it is not known whether ``after`` took its place.

    None where neither asks for a dependency: then who asks decides which of them tells more.
    """
    if asks(after) or (before is not None and asks(before)):
        return in_both(NONE if before is None else before, after)
    return None


def in_both(before: Value, after: Value) -> Value:
    """What is there whichever of the two it is; None is nothing."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _options_of_both(before, after)
    if isinstance(before, Items) or isinstance(after, Items):
        return _items_of_both(before, after)
    if _is_alike(before, after):
        return after
    return _for_something(after if asks(after) else before)


def _options_of_both(before: Mapping, after: Mapping) -> Mapping:
    found: dict[str, Value] = {}
    for key in {**before.items, **after.items}:
        first, second = before.items.get(key, NONE), after.items.get(key, _EITHER)
        found[key] = second if _is_alike(first, second) else _EITHER
    is_open = before.open or after.open or bool(before.others or after.others)
    return Mapping(found, is_open)


def _items_of_both(before: Value, after: Value) -> Items:
    first, second = (each.items if isinstance(each, Items) else [] for each in (before, after))
    shared = [item for item in second if any(_is_alike(item, other) for other in first)]
    is_same = len(shared) == len(first) == len(second)
    is_open = any(isinstance(each, Items) and each.open for each in (before, after))
    kind = after.kind if isinstance(after, Items) else "list"
    return Items(kind, shared, is_open or not is_same)


def _for_something(value: Value) -> Value:
    """The same ``Depends(…)``, of which it is not known what for."""
    match value:
        case DependsMarker():
            return replace(value, dependency=_EITHER)
        case AnnotatedType(base=base, metadata=metadata):
            return AnnotatedType(base, tuple(_for_something(each) for each in metadata))
    return value


def _is_plain(value: Value) -> bool:
    """Whether nothing is registered with it, as it would be with a router or a function."""
    held = value.items if isinstance(value, Items) else [value]
    return all(isinstance(each, Const | DependsMarker | Unknown) for each in held)


def asks(value: Value) -> bool:
    """Whether it is or holds a ``Depends(…)``."""
    if isinstance(value, Mapping):
        return any(asks(each) for _, each in value.pairs)
    return any(isinstance(each, DependsMarker) for each in _held(value))


def _held(value: Value) -> list[Value]:
    match value:
        case Items(items=items):
            return items
        case AnnotatedType(metadata=metadata):
            return list(metadata)
    return [value]


def _is_alike(value: Value, other: Value) -> bool:
    """Whether both are the same constant, ask for the same dependency, or hold what is alike."""
    match value, other:
        case DependsMarker(), DependsMarker():
            return value.dependency is other.dependency
        case (Items(), Items()) | (AnnotatedType(), AnnotatedType()):
            return value is other or _hold_the_same(value, other)
        case Unknown(), _:
            return False
    return value == other


def _hold_the_same(value: Value, other: Value) -> bool:
    if any(isinstance(each, Items) and each.open for each in (value, other)):
        return False
    first, second = _held(value), _held(other)
    return len(first) == len(second) and all(map(_is_alike, first, second))
