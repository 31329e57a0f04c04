"""Calls that look something up and may find nothing."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name, walk
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
    from collections.abc import Iterable, Iterator, Sequence

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


def asks_for_what_was_added(sites: Sequence[CallSite]) -> bool:
    """Whether a row is asked for by what it was given when it was written, in these very calls.

    ``session.add(row)``, ``session.commit()``, then ``select(Row).where(Row.id == row.id)``: until
    it is written, ``row.id`` is None.
    """
    added: dict[str, bool] = {}
    for site in sorted(sites, key=lambda each: (each.node.end_line, each.node.end_column)):
        name = last_name(site.node.func)
        given = [*handed(site.node)]
        if name == "add" and len(given) == 1 and isinstance(given[0], tree.Name):
            added[given[0].id] = False
        elif name in ("commit", "flush"):
            added = dict.fromkeys(added, True)
        elif name in _table()["by_key"]["methods"] and any(map(added.get, _owners(given))):
            return True
    return False


def _owners(nodes: Iterable[tree.Expr]) -> Iterator[str]:
    """The variables of which an attribute is read."""
    for node in walk(nodes):
        if isinstance(node, tree.Attribute) and isinstance(node.value, tree.Name):
            yield node.value.id


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


def kind(given: Value | None) -> Value | None:
    """The class of what a lookup finds, by what it is declared to give or gives."""
    if isinstance(given, Instance):
        asked = [given.cls, *given.args[:1]]  # ``session.get(Hero, …)`` gives what it is given
        return next((each for each in asked if isinstance(each, ClassValue)), None)
    members = [] if given is None else [m for m in classes.members(given) if m not in _NONE_TYPES]
    return members[0] if len(members) == 1 and isinstance(members[0], ClassValue) else None


def keys(site: CallSite) -> Iterator[str]:
    """The variables of whose objects a call is given the key: ``order`` of ``order.id``."""
    for given in handed(site.node):
        match given:
            case tree.Attribute(value=tree.Name(id=name), attr="id" | "pk" | "uuid"):
                yield name


def _is_object(value: Value) -> bool:
    if isinstance(value, Subscripted):
        value = value.origin
    if isinstance(value, ClassValue):
        return not enums.is_enum(value)
    return isinstance(value, Instance) and value.cls == External("typing.TypeVar")
