"""Answers that give nothing away: what they list stands in the code."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Const, Items, Value


def lists_what_is_written(handler: Function) -> bool:
    """Whether a handler does nothing but return a list of constants."""
    match handler.statements:
        case [tree.Return()]:
            return all(_is_written(each.value) for each in handler.returns)
    return False


def _is_written(value: Value) -> bool:
    if not isinstance(value, Items) or value.open or not value.items:
        return False
    return all(isinstance(each, Const) and not each.settable for each in value.items)
