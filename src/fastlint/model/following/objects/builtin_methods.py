"""The methods of lists, dictionaries and texts, carried out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import held, types
from fastlint.model.following.choices import one_of
from fastlint.model.following.language import bounds
from fastlint.model.following.objects import mappings
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.shared import perhaps
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    BoundBuiltin,
    Const,
    DependsMarker,
    Items,
    Mapping,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine

CHANGING = frozenset(
    [
        "append",
        "add",
        "extend",
        "update",
        "insert",
        "pop",
        "remove",
        "clear",
        "discard",
        "sort",
        "reverse",
        "setdefault",
        "popleft",
        "appendleft",
    ]
)
"""Methods that change the list or dictionary that they belong to."""


def call(
    callee: BoundBuiltin, args: Sequence[Value], keywords: dict[str, Value], machine: Machine
) -> Value:
    """A method of a list, dictionary or text, carried out."""
    owner, name = callee.owner, callee.name
    if isinstance(owner, Items):
        return _list_method(owner, name, args, machine)
    if isinstance(owner, Mapping):
        return _dict_method(owner, name, args, keywords, machine)
    return _text_method(owner, name, args, keywords)


def taken(callee: BoundBuiltin, args: Sequence[Value], frame: Frame) -> Value:
    """What a method gives that changes its owner, while a function is only looked at.

    It is a request's doing, and not how the module was left; but its own keywords it takes out.
    """
    owner = callee.owner
    if not isinstance(owner, Mapping) or not owner.whole or callee.name != "pop" or not args:
        if isinstance(owner, Const):
            return UNKNOWN
        held.put(owner, callee.name, args, frame)
        return held.taken(owner, callee.name, args)
    default = args[1] if len(args) > 1 else NONE
    found = _dict_item(owner, "get", args[0], default, frame.machine)
    owner.items = {key: each for key, each in owner.items.items() if Const(key) != args[0]}
    owner.open = not frame.is_certain or not isinstance(args[0], Const)
    owner.whole = not owner.open
    return found


def _list_method(owner: Items, name: str, args: Sequence[Value], machine: Machine) -> Value:
    if name in ("append", "add", "put") and args:
        owner.items.append(args[0])
    elif name == "appendleft" and args:
        owner.items.insert(0, args[0])
    elif name in ("extend", "update") and args:
        more = types.iterate(args[0])
        if more is None:
            owner.open = True
        else:
            bounds.grow(owner, more)
    elif name == "insert" and len(args) > 1:
        at = args[0].value if isinstance(args[0], Const) else None
        owner.items.insert(at if isinstance(at, int) else 0, args[1])
    elif name == "copy":
        return Items(owner.kind, list(owner.items), owner.open)
    elif name in _TAKING:
        return _taken_out(owner, name, args, machine)
    else:
        return UNKNOWN
    return NONE


_TAKING = frozenset(
    {
        "__delitem__", "clear", "difference_update", "discard", "pop", "popleft", "remove",
        "reverse", "sort",
    }
)  # fmt: skip


def _taken_out(owner: Items, name: str, args: Sequence[Value], machine: Machine) -> Value:
    """What takes items out of a list, or puts them into another order."""
    if not owner.open and not machine.doubts:
        if name == "clear":
            owner.items.clear()
            return NONE
        if name == "reverse":
            owner.items.reverse()
            return NONE
        if name in ("pop", "popleft", "__delitem__"):
            at = 0 if name == "popleft" else _place(args)
            if at is not None:
                return _popped(owner, at, machine)
        if name in ("remove", "discard") and args:
            found = [place for place, item in enumerate(owner.items) if _is_one(item, args[0])]
            before = owner.items[: found[0]] if found else []
            if found and all(isinstance(item, Const) for item in before):
                del owner.items[found[0]]
                return NONE
    if name not in ("sort", "reverse"):  # which guard is still there is not known
        owner.items[:] = [item for item in owner.items if not isinstance(item, DependsMarker)]
    owner.open = True
    return UNKNOWN


def _is_one(item: Value, wanted: Value) -> bool:
    return item is wanted or (isinstance(item, Const) and item == wanted)


def _place(args: Sequence[Value]) -> int | None:
    """Which item ``pop`` is asked for; None where that is not known."""
    at = args[0].value if args and isinstance(args[0], Const) else None
    return at if isinstance(at, int) else None if args else -1


def _popped(owner: Items, at: int, machine: Machine) -> Value:
    if -len(owner.items) <= at < len(owner.items):
        return owner.items.pop(at)
    machine.escape("IndexError")
    return UNKNOWN


def _dict_method(
    owner: Mapping,
    name: str,
    args: Sequence[Value],
    keywords: dict[str, Value],
    machine: Machine,
) -> Value:
    if name in ("items", "values") and machine.watching and owner.holds and not owner.pairs:
        item = Items("tuple", [UNKNOWN, owner.holds]) if name == "items" else owner.holds
        return Items("list", [item], open=True)
    if name == "items":
        return Items("list", [Items("tuple", [k, v]) for k, v in owner.pairs], owner.open)
    if name == "values":
        return Items("list", [value for _, value in owner.pairs], owner.open)
    if name == "keys":
        return Items("list", [key for key, _ in owner.pairs], owner.open)
    if name == "__delitem__" and args:
        return _without(owner, args[0], machine)
    if name == "clear":
        owner.items.clear()
        owner.others.clear()
        owner.open = owner.open or bool(machine.doubts)
        return NONE
    if name in ("get", "pop", "setdefault") and args:
        return _dict_item(owner, name, args[0], args[1] if len(args) > 1 else NONE, machine)
    if name == "update":
        if args and isinstance(args[0], Mapping):
            _updated(owner, args[0].items, machine)
            owner.others.extend(args[0].others)
            owner.open = owner.open or args[0].open
        elif args:
            owner.open = True
        _updated(owner, keywords, machine)
        return NONE
    if name == "copy":
        return Mapping(dict(owner.items), owner.open, list(owner.others))
    return UNKNOWN


def _updated(owner: Mapping, more: dict[str, Value], machine: Machine) -> None:
    """``mapping.update(more)``; what may not be done leaves what was there possible."""
    is_doubtful = machine.doubts > owner.made
    for key, value in more.items():
        before = owner.items.get(key)
        guards = perhaps(before, value) if is_doubtful else None
        if guards is None and is_doubtful and before is not None and machine.unlikely:
            continue
        if is_doubtful:
            machine.possible[id(value)] = value
        owner.items[key] = value if guards is None else guards


def _without(owner: Mapping, key: Value, machine: Machine) -> Value:
    """``del mapping[key]``"""
    if isinstance(key, Const) and isinstance(key.value, str) and not machine.doubts:
        owner.items.pop(key.value, None)
    else:
        owner.open = True
        for name, value in owner.items.items():
            guards = perhaps(None, value)
            owner.items[name] = value if guards is None else guards
    return NONE


def _dict_item(owner: Mapping, name: str, key: Value, default: Value, machine: Machine) -> Value:
    if isinstance(key, Const) and isinstance(key.value, str) and key.value in owner.items:
        held = owner.items[key.value]
        if name == "pop" and not machine.doubts:
            del owner.items[key.value]
        elif name == "pop" and (guards := perhaps(None, held)) is not None:
            owner.items[key.value] = guards
        return held
    if name == "get" and (found := mappings.looked_up(owner, key)) is not None:
        return found
    is_filled_later = machine.watching and not owner.pairs and not owner.whole
    if owner.open or is_filled_later or not isinstance(key, Const):
        found = mappings.any_of(owner, key) if name == "get" else UNKNOWN
        return found if default == NONE else one_of([found, default])
    if name == "setdefault" and isinstance(key.value, str):
        guards = perhaps(None, default) if machine.doubts else None
        owner.items[key.value] = default if guards is None else guards
    return default


def _only_names(template: str) -> bool:
    """Whether ``format`` puts in what it is given as it is.

    A width can ask for any length, and an attribute is one of the text that stands for the value.
    """
    return re.search(r"{[^{}]*[.:![{]", template.replace("{{", "").replace("}}", "")) is None


_CUTTING = frozenset({"split", "rsplit", "partition", "rpartition"})
_PLAIN_TEXT = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "removeprefix",
        "removesuffix",
        "replace",
    ]
)


def _text_method(
    owner: Const, name: str, args: Sequence[Value], keywords: dict[str, Value]
) -> Value:
    result = _of_text(str(owner.value), name, args, keywords)
    return replace(result, settable=owner.settable) if isinstance(result, Const) else result


def _put_together(between: str, given: Value) -> Value:
    items = types.iterate(given)
    parts = [as_text(item) for item in items] if items is not None else [None]
    texts = [part for part in parts if part is not None]
    if len(texts) < len(parts) or not bounds.fits(texts, len(between)):
        return UNKNOWN
    return Const(between.join(texts))


def _filled_in(template: str, known: list[str], keywords: dict[str, Value]) -> Value:
    named = {key: as_text(value) for key, value in keywords.items()}
    if None in named.values() or not _only_names(template):
        return UNKNOWN
    try:
        return bounds.text(template.format(*known, **named))
    except (IndexError, KeyError, ValueError, AttributeError):
        return UNKNOWN


def _with_one_of(text: str, name: str, given: Items) -> Value:
    """``path.startswith(("/docs", "/static"))``; unknown where one of them is, and may decide."""
    answers = [_of_text(text, name, [each], {}) for each in given.items]
    if Const(value=True) in answers:
        return Const(value=True)
    is_known = not given.open and given.kind == "tuple" and Const(value=False) in answers
    return Const(value=False) if is_known and UNKNOWN not in answers else UNKNOWN


def _of_text(text: str, name: str, args: Sequence[Value], keywords: dict[str, Value]) -> Value:
    if name == "join" and args:
        return _put_together(text, args[0])
    if name in ("startswith", "endswith") and len(args) == 1 and isinstance(args[0], Items):
        return _with_one_of(text, name, args[0])
    words = [as_text(arg) for arg in args]
    if None in words:
        return UNKNOWN
    known = [word for word in words if word is not None]
    if name in _PLAIN_TEXT:
        if name == "replace" and not bounds.fits(
            known[1:2] * text.count(known[0] if known else "")
        ):
            return UNKNOWN
        try:
            return bounds.text(getattr(text, name)(*known))
        except TypeError:
            return UNKNOWN
    if name in ("startswith", "endswith") and len(known) == 1:
        return Const(getattr(text, name)(known[0]))
    if name == "format":
        return _filled_in(text, known, keywords)
    if name in _CUTTING and args and all(known):
        try:
            parts = getattr(text, name)(*[arg.value for arg in args if isinstance(arg, Const)])
        except (TypeError, ValueError):
            return UNKNOWN
        kind = "tuple" if name.endswith("partition") else "list"
        return Items(kind, [Const(part) for part in parts])
    if name == "split" and not args and not keywords:
        return Items("list", [Const(part) for part in text.split()])
    return UNKNOWN
