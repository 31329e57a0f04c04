"""Sessions, connections and cursors: what holds on to one connection of a database."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastlint.facts.walk import last_name
from fastlint.model.following.frames import CallSite
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Unknown,
    Value,
)
from fastlint.model.knowledge import Knowledge, load_table

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _kinds() -> Mapping[str, str]:
    kinds: dict[str, str] = load_table("sessions")["kinds"]
    return kinds


@cache
def _registries() -> frozenset[str]:
    return frozenset(load_table("sessions")["registries"]["names"])


def kind(value: Value, knowledge: Knowledge) -> str | None:
    """``session``, ``connection`` or ``cursor``; None for any other object.

    A ``scoped_session`` is none of them: it hands each thread its own.
    """
    if not isinstance(value, Instance):
        return None
    if isinstance(value.cls, External):
        return _kind(value.cls.name, knowledge)
    bases = [base for base in value.cls.mro() if isinstance(base, External)]
    return next((found for base in bases if (found := _kind(base.name, knowledge))), None)


def _kind(name: str, knowledge: Knowledge) -> str | None:
    for base in knowledge.bases(name):
        if base in _registries():
            return None
        if base in _kinds():
            return _kinds()[base]
    if name.endswith(".cursor()") and _kind(name.removesuffix(".cursor()"), knowledge):
        return "cursor"
    return None


def opens(site: CallSite, knowledge: Knowledge) -> str | None:
    """The kind of what this very call opens; None for one that only hands on what there is.

    ``engine.begin()`` opens nothing until ``with`` enters it, and what ``next(…)`` gives the
    generator closes. What one of the project's own functions gives may be anybody's:
    `fates.opened_by` knows.
    """
    if isinstance(site.callee, FunctionValue | Unknown):
        return None
    if isinstance(site.callee, ClassValue) or _last_name(site) not in _HAND_ON:
        return kind(site.result, knowledge)
    return None


_HAND_ON = frozenset(
    {"anext", "begin", "begin_nested", "connection", "cursor", "execution_options", "next"}
)
"""The generator of which ``next`` asks the next one opens it, and closes it when it goes on."""


def _last_name(site: CallSite) -> str:
    func = site.node.func
    return last_name(func)
