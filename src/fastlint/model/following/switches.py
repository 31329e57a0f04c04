"""What a call says of parameters that decide what is done: ``load(key, kind="remote")``.

Where the call itself gives a constant, an enumeration's member or an object that it has made, the
tests that ask for it have one answer, and the other branch does not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.walk import names, walk
from fastlint.model.following import containers, values
from fastlint.model.following.classes import method
from fastlint.model.following.objects.concrete import is_protocol
from fastlint.model.following.tested import Tested, tested
from fastlint.model.following.values import (
    NONE,
    BoundBuiltin,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Partial,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import CallSite, Frame
    from fastlint.model.following.machine import Machine

_LONGEST = 80
"""Characters of a text that could be the name of something; longer ones are messages."""
_DEEPEST = 4
"""Functions through which a value may be handed on to the one that asks for it."""
_BUILTINS = {str: "str", int: "int", float: "float", bool: "bool", bytes: "bytes"}


class Said(msgspec.Struct, frozen=True, eq=False):
    """What is known of the parameters of a function that is being looked at."""

    values: Mapping[str, Value]
    own: frozenset[str]
    """All names that the function itself binds."""
    made: frozenset[str] = frozenset()
    """Those of them that are made of the parameters that are known, and of nothing else."""
    changing: frozenset[str] = frozenset()
    """The parameters that are known, and bound anew somewhere."""


NOTHING_SAID = Said(MappingProxyType({}), frozenset())


class Switches:
    """Which parameters decide what a function does; each function is looked at once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._tested: dict[tuple[str, int], Tested] = {}
        self._turned: dict[tuple[str, int, str], bool] = {}
        self._defaults: dict[tuple[str, int, int], dict[str, Value]] = {}
        self._deep = 0

    def turns(self, function: FunctionValue, name: str) -> bool:
        """Whether a test asks for the parameter, there or where it is handed on to."""
        key = (function.path, function.facts.index, name)
        if key not in self._turned:
            self._turned[key] = False  # round in circles nobody asks
            asks = self._of(function)
            self._turned[key] = name in asks.tested or (
                name in asks.handed_on and self._is_asked_for_below(function, name)
            )
        return self._turned[key]

    def said(self, function: FunctionValue, given: Mapping[str, Value]) -> Said:
        """What a call says of the parameters that tests ask for."""
        if not given and function.closure.function is None:
            return NOTHING_SAID
        asks = self._of(function)
        known = {
            name: value
            for name, value in given.items()
            if name in asks.tested and (is_switch(value) or _is_certain(value))
        }
        remembered = dict(self._remembered(function, asks.free))
        changing = known.keys() - asks.constant
        known.update(remembered)
        made = asks.made_of((asks.constant & known.keys()) | remembered.keys())
        return Said(known, asks.own, made, frozenset(changing)) if known else NOTHING_SAID

    def _remembered(
        self, function: FunctionValue, asked: frozenset[str]
    ) -> Iterator[tuple[str, Value]]:
        """What it knows of the calls that defined it, and the functions around it, for good."""
        outer: Frame | None = function.closure
        while outer is not None and outer.function is not None:
            around = self._of(outer.function)
            for name in asked & (around.constant | around.prepared - outer.unsure):
                value = outer.namespace.get(name)
                if value is not None and (is_switch(value) or _is_configuration(value)):
                    yield name, value
            asked -= around.own
            outer = outer.parent

    def defaults(self, function: FunctionValue, but_for: Iterable[str]) -> dict[str, Value]:
        """What parameters are that a call leaves out: those that tests ask for, and objects."""
        key = (function.path, function.facts.index, id(function.closure))
        if key not in self._defaults:
            self._defaults[key] = {}  # round in circles nobody asks
            self._defaults[key] = dict(self._deciding(function))
        known = self._defaults[key]
        said = set(but_for) if known else ()
        return {name: value for name, value in known.items() if name not in said}

    def _deciding(self, function: FunctionValue) -> Iterator[tuple[str, Value]]:
        """The defaults that tests ask for, and the objects of parameters that declare nothing."""
        for param in function.facts.params:
            if param.kind == "**kwargs" and self.turns(function, param.name):
                yield param.name, values.Mapping({}, whole=True)
            elif param.default is not None and self.turns(function, param.name):
                value = self._machine.evaluate(param.default, function.closure)
                if is_switch(value):
                    yield param.name, value
            elif isinstance(param.default, tree.Call) and param.annotation is None:
                value = self._machine.evaluate(param.default, function.closure)
                if isinstance(value, Instance | Partial):
                    yield param.name, value

    def _of(self, function: FunctionValue) -> Tested:
        key = (function.path, function.facts.index)
        found = self._tested.get(key)
        if found is None:
            found = self._tested[key] = tested(function.facts)
        return found

    def _is_asked_for_below(self, function: FunctionValue, name: str) -> bool:
        if self._deep >= _DEEPEST:
            return False
        self._deep += 1
        try:
            sites = self._machine.watch(_apart(function)).calls
            made = self._of(function).made
            same = frozenset({name, *(each for each in made if name in made[each])})
            return any(self._asks(site, same) for site in sites)
        finally:
            self._deep -= 1

    def _asks(self, site: CallSite, same: frozenset[str]) -> bool:
        """Whether a call makes a difference by what stands under one of these names."""
        callee = site.callee
        if isinstance(callee, BoundBuiltin):
            first = site.node.args[:1]
            is_key = isinstance(callee.owner, values.Mapping) and callee.name in ("get", "pop")
            return is_key and any(isinstance(n, tree.Name) and n.id in same for n in first)
        called = method(callee, "__init__") if isinstance(callee, ClassValue) else callee
        if not isinstance(called, FunctionValue):
            return False
        is_bound = called.bound is not None or called is not callee
        received = _received(site, called, same, is_bound=is_bound)
        return any(self.turns(called, each) for each in received)


def _apart(method: FunctionValue) -> FunctionValue:
    """The method of another object of the kind: looking at it sets no attribute of this one."""
    bound = method.bound
    if not isinstance(bound, Instance) or bound.made:
        return method
    return replace(method, bound=replace(bound, attributes=dict(bound.attributes)))


def is_switch(value: Value) -> bool:
    """Whether it is a constant as the code says it, and nobody may set another."""
    if isinstance(value, Instance):  # of an enumeration
        known = value.attributes.get("value")
        is_set = isinstance(known, Const) and known.settable
        return known is not None and "name" in value.attributes and not is_set
    if not isinstance(value, Const) or value.settable:
        return False
    return not isinstance(value.value, str) or len(value.value) <= _LONGEST


PLAIN_TYPES = frozenset(
    f"builtins.{name}"
    for name in (
        "bool",
        "bytes",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
    )
)
"""What values are mostly made of, by the names of their classes."""


def _is_configuration(value: Value) -> bool:
    """Whether it is a pydantic model that a module made: ``requires(Permission(kind="read"))``."""
    if not isinstance(value, Instance) or not value.made or "**" in value.keywords:
        return False
    return isinstance(value.cls, ClassValue) and "pydantic.BaseModel" in value.cls.outside


def is_remembered(node: tree.Expr, owner: Value, frame: Frame) -> bool:
    """Whether a name stands for what the function knows of the call that defined it."""
    if not isinstance(node, tree.Name) or not _is_configuration(owner):
        return False
    around: Frame | None = frame
    while around is not None and around.watch is not None:  # a test is looked at within
        if around.watch.said.values.get(node.id) is owner:
            return True
        around = around.parent
    return False


def may_be_asked_for(declared: Value) -> bool:
    """Whether no more is known than a plain type: tests ask for what it says."""
    if not isinstance(declared, Instance) or declared.span is not None:
        return False
    return isinstance(declared.cls, External) and declared.cls.name in PLAIN_TYPES


def as_it_may_be(value: Value, owner: Value) -> Value:
    """What reading an attribute gives while a function is only looked at.

    An object may have another constant there by then, whoever sets it; an enumeration has not.
    """
    if not isinstance(owner, Instance) or "name" in owner.attributes:
        return value
    if isinstance(value, Items | values.Mapping):
        return containers.perhaps(value)
    if isinstance(value, Const) and not value.settable:
        return Const(value.value, settable=True)
    if isinstance(value, Instance) and is_switch(value):
        member = as_it_may_be(value.attributes["value"], owner)
        return replace(value, attributes={**value.attributes, "value": member})
    return value


def _is_certain(value: Value) -> bool:
    """Whether it is this very function, or an object that was just made."""
    if isinstance(value, values.Mapping):  # of ``**kwargs``
        return not value.or_none
    return isinstance(value, FunctionValue) or (
        isinstance(value, Instance) and value.span is not None
    )


def _received(
    site: CallSite, function: FunctionValue, same: frozenset[str], *, is_bound: bool
) -> Iterator[str]:
    """Under which names the called function receives what stands here under one of these."""
    params = function.facts.params
    if function.facts.is_method and is_bound:
        params = params[1:]
    for arg, param in zip(site.node.args, params, strict=False):
        if isinstance(arg, tree.Name) and arg.id in same:
            yield param.name
    for keyword in site.node.keywords:
        if isinstance(keyword.value, tree.Name) and keyword.value.id in same and keyword.name:
            yield keyword.name


# --- tests -----------------------------------------------------------------------------------


def answer(test: tree.Expr, frame: Frame) -> bool | None:
    """Whether a test holds by what the call says; None where that alone does not say so.

    So does ``found is None`` of a name that the function itself has left empty.
    """
    return None if frame.watch is None else _answered(test, frame.watch.said, frame)


def _answered(test: tree.Expr, said: Said, frame: Frame) -> bool | None:
    match test:
        case tree.Name(id=name):
            known = NONE if _is_left_empty(name, frame) else _standing_for(name, said, frame)
            return None if known is None else truth(known)
        case tree.Compare(
            left=tree.Name(id=name),
            ops=["is" | "is not" as op],
            comparators=[tree.Constant(value=None)],
        ) if _is_left_empty(name, frame):
            return op == "is"
        case tree.UnaryOp(op="not", operand=operand):
            found = _answered(operand, said, frame)
            return None if found is None else not found
        case tree.BoolOp(op=op, values=values):
            answers = [_answered(each, said, frame) for each in values]
            decisive = op == "or"
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        case tree.Call(func=tree.Name(id="isinstance"), args=[tree.Name(id=name), classes]):
            known = _standing_for(name, said, frame)
            return None if known is None else is_one(known, frame.machine.look(classes, frame))
        case tree.Attribute() | tree.Compare() | tree.Call() | tree.Subscript():
            return _looked_up(test, said, frame)
    return None


def _is_left_empty(name: str, frame: Frame) -> bool:
    """Whether the function has written ``name = None``, and gone no way that binds it otherwise."""
    if frame.watch is None or name not in frame.watch.emptied or frame.namespace.get(name) != NONE:
        return False
    if frame.loop is not None or name in frame.redirected:
        return False
    inner = [each for each in frame.namespace.values() if isinstance(each, FunctionValue)]
    return not any(
        each.closure is frame and search.mentions(each.facts, search.spelled(name))
        for each in inner
    )


def _looked_up(test: tree.Expr, said: Said, frame: Frame) -> bool | None:
    """The answer to a test of which nothing changes between the call and the test."""
    if not said.values:
        return None
    asked = set(names([test]))
    known = {name for name in asked if _is_known(name, said, frame)}
    if not known or not said.own.isdisjoint(asked - known) or _takes_out(test):
        return None
    return truth(frame.machine.look(test, frame))


def _takes_out(test: tree.Expr) -> bool:
    """``if options.pop("remote", False)``, which has been done when the test is looked at."""
    calls = (node.func for node in walk([test]) if isinstance(node, tree.Call))
    return any(isinstance(func, tree.Attribute) and func.attr == "pop" for func in calls)


def matching(case: tree.Case, subject: tree.Expr, frame: Frame) -> bool | None:
    """Whether ``match`` comes to this case; None where that is not known."""
    said = NOTHING_SAID if frame.watch is None else frame.watch.said
    if not isinstance(subject, tree.Name) or not _is_known(subject.id, said, frame):
        return None
    if case.classes:
        known = _standing_for(subject.id, said, frame)
        wanted = Items("tuple", [frame.machine.look(each, frame) for each in case.classes])
        is_of_class = None if known is None else is_one(known, wanted)
        return is_of_class and (case.is_plain or None)
    if not case.is_plain or case.bound or case.guard is not None:
        return None
    if not case.values:
        return True  # `case _`
    found = [tree.Compare(*_at(each), subject, ["=="], [each]) for each in case.values]
    answers = [_looked_up(each, said, frame) for each in found]
    return True if True in answers else None if None in answers else False


def _at(node: tree.Node) -> tuple[int, int, int, int]:
    return node.line, node.column, node.end_line, node.end_column


def _standing_for(name: str, said: Said, frame: Frame) -> Value | None:
    """What is known of a name by what the call says."""
    if not _is_known(name, said, frame):
        return None
    value = said.values.get(name)
    return frame.lookup(name) if value is None or isinstance(value, values.Mapping) else value


def _is_known(name: str, said: Said, frame: Frame) -> bool:
    """Whether the call says what a name is, and it has not been bound anew by then."""
    if name in said.made:
        return _is_plain(frame.lookup(name))
    if name not in said.values or frame.watch is None:
        return False
    may_differ = frame.loop is not None or name in frame.watch.rebound
    return name not in said.changing or not may_differ


def _is_plain(value: Value) -> bool:
    """Whether what was made of constants is one, or holds some: an object may be None as well."""
    is_one = is_switch(value) or containers.is_given(value)
    return is_one or isinstance(value, Items | values.Mapping)


def truth(value: Value) -> bool | None:
    """Whether a value is true, whatever is done to it by others; None where that is not known.

    A list that is empty where it is made may be filled by then.
    """
    match value:
        case Const(value=known, settable=False):
            return bool(known)
        case Items(items=[], kind="tuple", open=False, or_none=False):
            return False
        case values.Mapping(whole=True):
            return bool(value.items)
        case Items(open=False, or_none=False) | values.Mapping(open=False, or_none=False):
            return True if value.items else None
        case FunctionValue() | ClassValue():
            return True
        case Instance() if containers.is_given(value):
            return containers.is_filled(value) or None
    return None


def is_one(value: Value, classes: Value) -> bool | None:
    """``isinstance(value, classes)``; None where that is not known."""
    wanted = classes.items if isinstance(classes, Items) else [classes]
    if not all(isinstance(each, ClassValue | External) for each in wanted):
        return None
    if isinstance(value, values.Mapping):
        value = Instance(External("builtins.dict"))
    if isinstance(value, Const):
        own = External(f"builtins.{_BUILTINS.get(type(value.value), '')}")
        is_number = isinstance(value.value, bool) and External("builtins.int") in wanted
        known = all(isinstance(w, ClassValue) or w.name.startswith("builtins.") for w in wanted)  # type: ignore[union-attr]
        return True if own in wanted or is_number else False if known else None
    if isinstance(value, Instance):
        return _is_object(value, wanted)
    return None


def _is_object(value: Instance, wanted: Sequence[Value]) -> bool | None:
    """`is_one` of an object: no class from outside derives from one of the project."""
    answers = {_derives(each.cls, wanted) for each in (value, *value.others)}
    return answers.pop() if len(answers) == 1 else None


def _derives(cls: ClassValue | External, wanted: Sequence[Value]) -> bool | None:
    line = cls.mro() if isinstance(cls, ClassValue) else (cls,)
    if any(base is each or base == each for base in line for each in wanted):
        return True
    # What a call gives may be anything.
    if isinstance(cls, External) and _are_built_in((cls, *wanted)):
        return False
    is_whole = cls.is_whole if isinstance(cls, ClassValue) else not cls.name.endswith("()")
    if not is_whole or any(map(_asks_for_members, wanted)):
        return None
    is_own = all(isinstance(base, ClassValue) for base in line)
    if isinstance(cls, ClassValue) and _NO_PLAIN_TYPES.issuperset(cls.outside):
        is_own = is_own or _are_built_in(wanted)
    return False if is_own or all(isinstance(each, ClassValue) for each in wanted) else None


_NO_PLAIN_TYPES = frozenset({"pydantic.BaseModel", "typing.Generic", "abc.ABC"})
"""Bases from outside of which it is known that they are neither texts, numbers nor containers."""


def _are_built_in(classes: Sequence[Value]) -> bool:
    """Whether all of them are Python's own classes of plain values, of which none derives."""
    return all(isinstance(each, External) and each.name in PLAIN_TYPES for each in classes)


def _asks_for_members(wanted: Value) -> bool:
    """Whether any class that has the members is taken for one of it: ``Iterable``."""
    name = wanted.name if isinstance(wanted, External) else ""
    return is_protocol(wanted) or name.startswith(("typing.", "collections.abc."))
