"""One of several values, of which nobody knows which: what a registry holds, items of a loop.

To everybody who does not ask it is `Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    Coroutine,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Member,
    Partial,
    RouterMethod,
    RouterValue,
    Unknown,
    Value,
)

_MOST = 40
"""Values that are told apart; of more, none is."""


def one_of(values: Iterable[Value]) -> Unknown:
    """Any of the values; plainly unknown if one is nothing that could be called, or made of."""
    found = _told_apart(values)
    return UNKNOWN if found is None else Unknown(choices=found)


def either_of(reason: str, *values: Value) -> Unknown:
    """One of these few; unlike `one_of` it may be anything."""
    found: list[Value] = []
    for value in values:
        found.extend(value.choices if isinstance(value, Unknown) and value.choices else [value])
    return Unknown(reason, choices=tuple(found[:_MOST]))


def either_object(before: Value | None, after: Value | None) -> Instance | None:
    """The second of two objects of different classes, which knows that the first is as likely.

    None for anything else, and where neither class is the project's own.
    """
    if not isinstance(before, Instance) or not isinstance(after, Instance):
        return None
    if before.cls is after.cls or not (is_callable(before) and is_callable(after)):
        return None
    if not isinstance(before.cls, ClassValue) and not isinstance(after.cls, ClassValue):
        return None
    found = {id(after.cls): after}
    for each in (replace(before, others=()), *before.others, *after.others):
        found.setdefault(id(each.cls), each)
    _, *others = found.values()
    return replace(after, others=tuple(others[:_MOST]))


def either_texts(before: Value | None, after: Value | None) -> Items | None:
    """The one of two values that is a list of texts, which knows that the other is as likely.

    Of two such lists it is the second; what is not known may be any list.
    """
    lists = [each for each in (after, before) if isinstance(each, Items)]
    if not any(map(_is_text, (each for found in lists for each in found.items))):
        return None
    if not all(_may_be_text(each) for found in lists for each in found.items):
        return None
    if len(lists) > 1:
        kept, other = lists
    elif isinstance(before, Unknown) or isinstance(after, Unknown):
        kept, other = lists[0], Items("list", [], open=True)
    else:
        return None
    others = (replace(other, others=()), *other.others, *kept.others)
    return replace(kept, others=others[:_MOST])


def by_default(value: Value) -> Items | None:
    """A list of texts that stands in where nobody sets another; None for anything else."""
    if not isinstance(value, Items) or not value.items or not all(map(_is_text, value.items)):
        return None
    texts = [each.value for each in value.items if isinstance(each, Const)]
    return replace(value, items=[Const(text, settable=True) for text in texts])


def _may_be_text(value: Value) -> bool:
    """Whether it is a text, is not known, or is something like an ``AnyUrl``."""
    if isinstance(value, Instance):
        return isinstance(value.cls, External)
    return isinstance(value, Const | Unknown)


def _is_text(value: Value) -> bool:
    return isinstance(value, Const) and isinstance(value.value, str)


def any_object(objects: Sequence[Instance]) -> Instance | None:
    """The first of some objects, which knows that each of the others is as likely."""
    if not objects:
        return None
    return replace(objects[0], others=tuple(replace(each, others=()) for each in objects[1:]))


def routers(value: Value) -> list[RouterValue]:
    """The routers that the value may be, where it is not known which of several."""
    choices = value.choices if isinstance(value, Unknown) and not value.in_turn else ()
    return [each for each in choices if isinstance(each, RouterValue)]


def in_turn(values: Iterable[Value]) -> Unknown:
    """Each of the values that could be called, one after the other."""
    found = _told_apart(
        each for each in values if is_callable(each) or (isinstance(each, Unknown) and each.choices)
    )
    return UNKNOWN if found is None else Unknown(choices=found, in_turn=True)


def each_of(value: Unknown, change: Callable[[Value], Value]) -> Unknown:
    """One of what becomes of the values; plainly unknown where there are none."""
    if not value.choices:
        return value
    made = [change(each) for each in value.choices]
    if routers(value) and any(isinstance(each, RouterMethod) for each in made):
        return either_of(value.reason, *made)
    return in_turn(made) if value.in_turn else one_of(made)


def _told_apart(values: Iterable[Value]) -> tuple[Value, ...] | None:
    found: dict[int, Value] = {}
    for value in values:
        if isinstance(value, Unknown) and value.choices:
            found.update((id(each), each) for each in value.choices)
        elif is_callable(value):
            found[id(value)] = value
        else:
            return None
    return tuple(found.values()) if 0 < len(found) <= _MOST else None


def awaited(value: Value) -> Value:
    """What awaiting gives; of a task what its coroutine gives."""
    match value:
        case Unknown():
            return each_of(value, awaited)
        case Coroutine(result=result):
            return result
        case Instance(cls=External(name="asyncio.gather()"), args=(_, *_) as several):
            return Items("tuple", [awaited(each) for each in several])
        case Instance(cls=External(name=name), args=(Coroutine(result=result), *_)):
            return result if name.endswith(_HANDING_ON) else value
    return value


_HANDING_ON = (".create_task()", ".ensure_future()", "asyncio.shield()", "asyncio.wait_for()")
"""Ends of the names of what takes a coroutine and gives what that gives."""


def is_callable(value: Value) -> bool:
    """Whether the value can be called, or has methods of its own that say something."""
    match value:
        case Instance(cls=External(name=name)):
            return not name.startswith(("builtins.", "typing."))
        case Coroutine(result=result):
            return is_callable(result)
    return isinstance(
        value, FunctionValue | LambdaValue | ClassValue | Instance | Member | Partial | External
    )
