"""Texts that are put together: f-strings and ``%``."""

from __future__ import annotations

import re

from fastlint.facts import tree
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame
from fastlint.model.following.language import bounds
from fastlint.model.following.objects import operators
from fastlint.model.following.objects.texts import as_text, formatted
from fastlint.model.following.values import UNKNOWN, Const, Items, Unknown, Value, is_settable


def fstring(n: tree.FString, frame: Frame) -> Value:
    """``f"{a}/{b:>3}"``"""
    if n.conversion or n.is_formatted:
        return _field(n, frame)
    parts: list[str] = []
    unknown: Value | None = None
    settable = False
    for part in n.parts:
        value = evaluate(part, frame)
        operators.used(part, value, operators.TEXT, frame)
        settable = settable or is_settable(value)
        text = formatted(value, frame.machine)
        if text is None:
            unknown = unknown or (value if isinstance(value, Unknown) else UNKNOWN)
        else:
            parts.append(text)
    return unknown if unknown is not None else bounds.text("".join(parts), is_settable=settable)


def _field(n: tree.FString, frame: Frame) -> Value:
    """``{value!r:spec}``"""
    value = evaluate(n.parts[0], frame)
    operators.used(n.parts[0], value, operators.TEXT, frame)
    spec = evaluate(n.parts[1], frame) if n.is_formatted else Const("")
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, Const) or not isinstance(value.value, str | int | float):
        return UNKNOWN
    if not isinstance(spec, Const) or not isinstance(spec.value, str):
        return UNKNOWN
    plain: str | float = value.value
    if n.conversion:
        plain = repr(plain) if n.conversion == "r" else ascii(plain)
    text = bounds.formatted(plain, spec.value)
    return UNKNOWN if text is None else bounds.text(text, is_settable=is_settable(value, spec))


def _fits(kind: str, item: Value) -> bool:
    """Whether ``%s`` or ``%d`` puts in the text of the value."""
    return kind == "s" or (kind == "d" and isinstance(item, Const) and type(item.value) is int)


def formatted_with(template: Const, values: Value) -> Value:
    """``"/%s/%s" % (a, b)``"""
    items = values.items if isinstance(values, Items) and values.kind == "tuple" else [values]
    texts = [as_text(item) for item in items]
    if None in texts or (isinstance(values, Items) and values.open):
        return UNKNOWN
    kinds, pieces = re.findall("%(.)", str(template.value)), re.split("%.", str(template.value))
    if len(kinds) != len(texts) or any("%" in piece for piece in pieces):
        return UNKNOWN
    if not all(map(_fits, kinds, items)):
        return UNKNOWN
    ends = zip(texts, pieces[1:], strict=True)
    text = pieces[0] + "".join(f"{each}{piece}" for each, piece in ends)
    return bounds.text(text, is_settable=is_settable(template, *items))
