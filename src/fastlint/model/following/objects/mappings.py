"""What stands under which key of a dictionary."""

from __future__ import annotations

from fastlint.model.following.choices import one_of
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Instance,
    Mapping,
    Value,
)


def put(mapping: Mapping, key: Value, value: Value) -> None:
    """``mapping[key] = value``; a key that is not known leaves the dictionary open."""
    text = as_text(key)
    if text is not None:
        mapping.items[text] = value
        return
    mapping.others.append((key, value))
    if not _is_certain(key):
        mapping.open = True


def looked_up(mapping: Mapping, key: Value) -> Value | None:
    """``mapping[key]``; None where that is not known or not there."""
    text = as_text(key)
    if text is not None:
        return mapping.items.get(text)
    return mapping.get(key) if _is_certain(key) else None


def any_of(mapping: Mapping) -> Value:
    """``mapping[key]`` for a key that is not known."""
    if mapping.open or not mapping.pairs:
        return mapping.holds or UNKNOWN
    return one_of(value for _, value in mapping.pairs)


def _is_certain(key: Value) -> bool:
    if isinstance(key, Instance) and isinstance(key.cls, ClassValue):
        return is_enum(key.cls) and "name" in key.attributes
    return isinstance(key, ClassValue | Const | External)
