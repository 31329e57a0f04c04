"""What stands under which key of a dictionary."""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.model.following.choices import one_of
from fastlint.model.following.objects.enums import is_enum
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.switches import is_switch
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Instance,
    Mapping,
    Unknown,
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


def any_of(mapping: Mapping, key: Value) -> Value:
    """``mapping[key]`` where nothing is known to stand under the key, or the key is not known."""
    asked = key if isinstance(key, ClassValue) or is_switch(key) else None
    if not mapping.open and mapping.pairs and asked is None:
        return one_of(value for _, value in mapping.pairs)
    held = mapping.holds or UNKNOWN
    is_any = asked is not None and isinstance(held, Instance | Unknown)
    return replace(held, asked=asked) if is_any else held


def _is_certain(key: Value) -> bool:
    if isinstance(key, Instance) and isinstance(key.cls, ClassValue):
        return is_enum(key.cls) and "name" in key.attributes
    return isinstance(key, ClassValue | Const | External)
