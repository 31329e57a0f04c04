"""What objects of the project's own classes do without being called by name.

They are gone through, asked for an item, for their length or their truth: by their own methods, or
as the lists, dictionaries and named tuples that they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import classes, types
from fastlint.model.following.language.outcomes import FALLS_THROUGH
from fastlint.model.following.objects import fields
from fastlint.model.following.values import (
    ClassValue,
    Const,
    Coroutine,
    External,
    Instance,
    Items,
    Mapping,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.model.following.machine import Machine

_INSIDE = "__inside__"
"""The attribute with the list or dictionary that an object of a class derived from one is."""
_LISTS = ("builtins.list", "collections.UserList", "collections.deque", "builtins.tuple")
_DICTS = ("builtins.dict", "collections.UserDict", "collections.OrderedDict")
_MOST = 300


def fill(made: Instance, args: Sequence[Value], keywords: dict[str, Value]) -> None:
    """An object of a class that derives from a list or dictionary starts with what it is given."""
    if classes.is_subclass(made.cls, *_LISTS):
        given = types.iterate(args[0]) if args else []
        made.attributes[_INSIDE] = Items("list", given or [], given is None)
    elif classes.is_subclass(made.cls, *_DICTS):
        first = args[0] if args else Mapping({})
        known = first if isinstance(first, Mapping) else Mapping({}, open=True)
        items = {**known.items, **keywords}
        made.attributes[_INSIDE] = Mapping(items, known.open, list(known.others))


def inside(value: Value) -> Items | Mapping | None:
    """The list or dictionary that the object is; None for any other."""
    found = value.attributes.get(_INSIDE) if isinstance(value, Instance) else None
    return found if isinstance(found, Items | Mapping) else None


def run(owner: Instance, name: str, args: Sequence[Value], machine: Machine) -> Value | None:
    """What the method gives, carried out; None where the project's class has none."""
    method = classes.method(owner.cls, name) if isinstance(owner.cls, ClassValue) else None
    if method is None or machine.watching:
        return None
    result = machine.read(replace(method, bound=owner), *args)
    return result.result if isinstance(result, Coroutine) else result


def gone_through(value: Instance, machine: Machine) -> list[Value] | None:
    """All that ``for`` gets of the object; None where that is not known."""
    if machine.watching or not isinstance(value.cls, ClassValue):
        return None
    iterator = run(value, "__iter__", (), machine)
    if iterator is not None:
        if isinstance(iterator, Instance) and classes.method(value.cls, "__next__") is not None:
            return _in_turn(iterator, "__next__", "StopIteration", machine)
        return None if iterator is value else types.iterate(iterator)
    if (held := inside(value)) is not None:
        return types.iterate(held)
    if External("typing.NamedTuple") in value.cls.bases:
        return [machine.attribute(value, name) for name in fields.declared_fields(value.cls)]
    if classes.method(value.cls, "__getitem__") is not None:
        return _in_turn(value, "__getitem__", "IndexError", machine)
    return None


def _in_turn(owner: Instance, name: str, end: str, machine: Machine) -> list[Value] | None:
    """What asking again and again gives, until the exception is raised that says it is enough."""
    found: list[Value] = []
    before, raised = machine.escaping, len(machine.raised)
    machine.tries += 1
    try:
        while len(found) < _MOST:
            args = (Const(len(found)),) if name == "__getitem__" else ()
            value = run(owner, name, args, machine)
            if machine.escaping:
                is_sure = not machine.escaping & FALLS_THROUGH
                ended = [_name(each) for each in machine.raised[raised:]] == [end]
                return found if is_sure and ended else None
            if value is None or isinstance(value, Unknown):
                return None
            found.append(value)
        return None
    finally:
        machine.tries -= 1
        machine.escaping = before
        del machine.raised[raised:]


def _name(raised: Value) -> str:
    cls = raised.cls if isinstance(raised, Instance) else raised
    return cls.name.removeprefix("builtins.") if isinstance(cls, External) else ""


def truth(value: Instance, machine: Machine) -> bool | None:
    """Whether the object counts as true; None where that is not known."""
    for name in ("__bool__", "__len__"):
        answer = run(value, name, (), machine)
        if answer is not None:
            return bool(answer.value) if isinstance(answer, Const) else None
    if (held := inside(value)) is not None:
        known = types.iterate(held)
        return None if known is None else bool(known)
    is_plain = isinstance(value.cls, ClassValue) and all(
        isinstance(base, ClassValue) or base.name in ("builtins.object", "abc.ABC")
        for base in value.cls.mro()
    )
    return True if value.made and is_plain and not machine.watching else None


def length(value: Instance, machine: Machine) -> Value | None:
    """``len(value)``"""
    answer = run(value, "__len__", (), machine)
    if answer is not None or (held := inside(value)) is None:
        return answer
    known = types.iterate(held)
    return None if known is None else Const(len(known))
