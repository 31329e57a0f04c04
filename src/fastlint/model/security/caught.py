"""Which exceptions an ``except`` stops, by the names of their classes."""

from __future__ import annotations

import builtins

from fastlint.facts import tree
from fastlint.facts.walk import exceptions_of, last_name
from fastlint.model.following.values import ClassValue, External, Instance, Value

_ANY = frozenset({"Exception", "BaseException"})


def catches(handler: tree.Handler, raised: Value) -> bool:
    """Whether a handler may catch an exception; of one that is not known, it may."""
    cls = raised.cls if isinstance(raised, Instance) else raised
    if handler.caught is None or not isinstance(cls, ClassValue | External):
        return True
    line = cls.mro() if isinstance(cls, ClassValue) else [cls]
    known = set(_ANY)
    for each in line:
        last = each.node.name if isinstance(each, ClassValue) else each.name.rpartition(".")[2]
        known |= {last, *(base.__name__ for base in _builtin(last).__mro__)}
    return any(
        last_name(each).removeprefix("Starlette") in known for each in exceptions_of(handler)
    )


def _builtin(name: str) -> type:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) else Exception
