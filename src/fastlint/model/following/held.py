"""What lists and dictionaries hold while a function is only looked at, as far as that is known.

Of ``list[Job]`` and ``dict[str, Job]`` it is the type of what is in them; a container of the
function's own holds what the function puts into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from msgspec.structs import replace

from fastlint.model.following import choices, types
from fastlint.model.following.choices import either_object, one_of
from fastlint.model.following.objects import mappings
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Instance,
    Items,
    Mapping,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine

_LISTS = frozenset(
    {
        "builtins.list", "typing.List", "typing.Sequence", "collections.abc.Sequence",
        "typing.MutableSequence", "collections.abc.MutableSequence", "collections.deque",
        "typing.Deque",
    }
)  # fmt: skip
_SETS = frozenset({"builtins.set", "typing.Set", "builtins.frozenset", "typing.FrozenSet"})
_DICTS = frozenset(
    {
        "builtins.dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping",
        "typing.MutableMapping", "collections.abc.MutableMapping", "collections.defaultdict",
        "typing.DefaultDict", "collections.OrderedDict", "typing.OrderedDict",
    }
)  # fmt: skip
_TAKING = frozenset({"copy", "get", "items", "pop", "popleft", "setdefault", "values"})
"""Methods that give something of what is held."""
_PUTTING = {"add": 0, "append": 0, "appendleft": 0, "insert": 1}
"""Methods that put one thing into a list or set, and at which place they are given it."""
_ONE_OF = frozenset({"builtins.max", "builtins.min", "random.choice"})
_SOME_OF = {
    "builtins.filter": 1, "itertools.chain": 0, "itertools.filterfalse": 1, "itertools.islice": 0,
    "random.sample": 0,
}  # fmt: skip
"""What gives some of the items of a sequence, and at which place it is given that."""
_MOST = 20
"""Things that are told apart in a list that a function fills."""


def is_taking(name: str) -> bool:
    """Whether a method of that name gives something of what a container holds."""
    return name in _TAKING


def is_empty(value: Value) -> TypeGuard[Items | Mapping]:
    """Whether it is a container that is there to be filled: ``sessions = {}``."""
    if isinstance(value, Items):
        return not value.items and value.holds is None and not value.open
    if not isinstance(value, Mapping) or value.items or value.holds is not None or value.open:
        return False
    return not value.others and not value.whole and value.factory is None


def declared(value: Value, machine: Machine) -> Items | Mapping | None:
    """The container that a ``list[Job]`` or ``dict[str, Job]`` is; None for anything else."""
    if not isinstance(value, Instance) or not isinstance(value.cls, External) or not value.types:
        return None
    name, given = value.cls.name, value.types
    if name not in _DICTS and name not in _LISTS and name not in _SETS:
        return None
    held = types.instance_of(given[-1], machine)
    if not _says_something(held):
        return None
    if name in _DICTS:
        return Mapping({}, open=True, holds=held) if len(given) > 1 else None
    return Items("set" if name in _SETS else "list", [], open=True, holds=held)


def _says_something(held: Value) -> bool:
    return choices.is_callable(held) or (isinstance(held, Instance) and bool(held.types))


def item(owner: Items, index: Value) -> Value:
    """``owner[index]``, where it is not known which item that is."""
    if not owner.items:
        return owner.holds or UNKNOWN
    first, *others = owner.items
    if owner.open and isinstance(index, Const):
        return first if all(types.are_alike(first, each) for each in others) else UNKNOWN
    return one_of(owner.items)


def taken(owner: Items | Mapping, name: str, args: Sequence[Value]) -> Value:
    """What ``owner.pop(…)`` and its like give of what is held."""
    if isinstance(owner, Items):
        return item(owner, args[0] if args else Const(-1)) if name.startswith("pop") else UNKNOWN
    if name not in ("pop", "setdefault") or not args:
        return UNKNOWN
    found = mappings.looked_up(owner, args[0]) or mappings.any_of(owner, args[0])
    default = args[1] if len(args) > 1 else NONE
    if default == NONE:
        return found
    if isinstance(found, Unknown) and not found.choices:
        return default if name == "setdefault" and _says_something(default) else UNKNOWN
    return (either_object(found, default) or found) if name == "setdefault" else found


def put(owner: Value, name: str, args: Sequence[Value], frame: Frame) -> None:
    """``owner.append(value)``: a list of the function's own holds it from there on."""
    at = _PUTTING.get(name)
    if at is None or at >= len(args) or not isinstance(owner, Items):
        return
    bound = _own_name(owner, frame)
    if bound and _is_telling(args[at]) and len(owner.items) < _MOST:
        frame.bind(bound, replace(owner, items=[*owner.items, args[at]], open=True))


def put_under(owner: Value, key: Value, value: Value, frame: Frame) -> None:
    """``owner[key] = value``, as `put`."""
    bound = _own_name(owner, frame)
    if not bound or not isinstance(owner, Mapping) or not _is_telling(value):
        return
    if isinstance(key, Const):
        changed = replace(owner, items=dict(owner.items), others=list(owner.others))
        mappings.put(changed, key, value)
    else:
        found = either_object(owner.holds, value) or value
        changed = replace(owner, open=True, holds=found)
    frame.bind(bound, changed)


def of_call(name: str, args: Sequence[Value], machine: Machine) -> Value | None:
    """What a function of Python's own gives of what it is given: ``max(jobs, key=…)``."""
    if name in _ONE_OF and len(args) == 1:
        found = types.element_of(args[0], machine)
        return found if _is_telling(found) else None
    if name in _SOME_OF and args:
        columns = args if name == "itertools.chain" else args[_SOME_OF[name] :][:1]
        elements = [types.element_of(column, machine) for column in columns]
        telling = [each for each in elements if _is_telling(each)]
        return Items("list", telling, open=True) if telling else None
    if name == "builtins.type" and len(args) == 1 and isinstance(args[0], Instance):
        cls = args[0].cls
        return cls if isinstance(cls, ClassValue) and not args[0].others else None
    return None


def _is_telling(value: Value) -> bool:
    if isinstance(value, Items):
        return value.kind == "tuple" and any(map(choices.is_callable, value.items))
    return choices.is_callable(value)


def _own_name(owner: Value, frame: Frame) -> str:
    """The name that the function has bound to a container; empty for what is not its own."""
    if frame.watch is None or frame.parent is None:
        return ""
    for name, value in frame.namespace.items():
        if value is owner and name in frame.watch.rebound and name not in frame.redirected:
            return name
    return ""


def both(first: Value, second: Value) -> Items | Mapping | None:
    """What a container holds that was filled in one of two branches; None if that adds nothing."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        telling = (first.holds, second.holds, *first.items.values(), *second.items.values())
        if not any(each is not None and _is_telling(each) for each in telling):
            return None
        items = {**first.items, **second.items}
        others = [*first.others, *second.others]
        return replace(second, items=items, others=others, holds=second.holds or first.holds)
    if not isinstance(first, Items) or not isinstance(second, Items) or first.kind != second.kind:
        return None
    known = {id(each) for each in second.items}
    further = [each for each in first.items if id(each) not in known and _is_telling(each)]
    if not further or not all(map(_is_telling, second.items)):
        return None
    return replace(second, items=[*further, *second.items][:_MOST], open=True)
