"""Calls that look something up and may find nothing."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import dotted
from fastlint.model.following.objects import enums
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    Instance,
    Subscripted,
    Value,
)
from fastlint.model.knowledge import Knowledge, load_table

if TYPE_CHECKING:
    from collections.abc import Sequence

_NONE_TYPES = (Const(None), External("types.NoneType"))


@cache
def _table() -> dict[str, Any]:
    return load_table("lookups")


def finds_or_none(site: CallSite, knowledge: Knowledge) -> bool:
    """Whether the call is one of a library that gives None where it finds nothing."""
    owner, _, method = (dotted(site.callee) or "").rpartition(".")
    if not owner:
        return False
    methods = _table()["none_when_missing"]
    if any(method in methods.get(base, ()) for base in knowledge.bases(owner)):
        return True
    by_name = _table()["by_name"]
    return method in by_name["methods"] and owner.split(".", 1)[0] in by_name["packages"]


def always_finds(sites: Sequence[CallSite]) -> bool:
    """Whether one of the calls builds a statement that always gives a row."""
    always = _table()["always"]
    for site in sites:
        owner, _, name = (dotted(site.callee) or "").rpartition(".")
        if owner in always["namespaces"] or name in always["functions"]:
            return True
    return False


def is_harmless(site: CallSite) -> bool:
    """Whether the call neither tests what it is given for None nor refuses the request."""
    package = (dotted(site.callee) or "").split(".", 1)[0]
    return package in sys.stdlib_module_names or package in _harmless()


@cache
def _harmless() -> frozenset[str]:
    return frozenset(_table()["harmless"]["packages"])


def is_optional(declared: Value) -> bool:
    """``X | None``, ``Optional[X]``, ``Annotated[X | None, …]`` and None itself."""
    return any(member in _NONE_TYPES for member in classes.members(declared))


def is_object_or_none(declared: Value) -> bool:
    """None or an object of one of the project's classes, or of a type variable: what is looked up.

    ``str | None`` and its like are not: there None is as good an answer as any.
    """
    members = [m for m in classes.members(declared) if m not in _NONE_TYPES]
    return is_optional(declared) and bool(members) and all(_is_object(each) for each in members)


def _is_object(value: Value) -> bool:
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, ClassValue):
        return not enums.is_enum(value)
    return isinstance(value, Instance) and value.cls == External("typing.TypeVar")
