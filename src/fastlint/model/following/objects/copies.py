"""What ``copy.copy`` and ``copy.deepcopy`` make of lists, dictionaries and routers."""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.model.following.values import Items, Mapping, RouterValue, Value, copied


def shallow(value: Value) -> Value:
    """``copy.copy(value)``; the copy of a router has the same list of routes."""
    if isinstance(value, RouterValue):
        return replace(value, options=dict(value.options), attributes=dict(value.attributes))
    return copied(value)


def deep(value: Value) -> Value:
    """``copy.deepcopy(value)``; functions and classes are never copied."""
    if isinstance(value, RouterValue):
        return replace(
            value,
            options={name: deep(each) for name, each in value.options.items()},
            attributes=dict(value.attributes),
            entries=[replace(entry) for entry in value.entries],
            attached=list(value.attached),
            objects={},
        )
    if isinstance(value, Items):
        return Items(value.kind, [deep(each) for each in value.items], value.open)
    if isinstance(value, Mapping):
        others = [(key, deep(each)) for key, each in value.others]
        return Mapping({k: deep(each) for k, each in value.items.items()}, value.open, others)
    return value
