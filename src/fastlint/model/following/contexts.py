"""What a call brings along that the text of the called function does not say.

``def load(db, key)`` says nothing of ``db``; its callers do. A function is looked at anew for what
is given where that tells more than its annotations: objects for parameters that declare nothing,
functions for parameters that take callbacks, an object of a subclass, a switch that is thrown.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, names
from fastlint.model.following import containers, values
from fastlint.model.following.objects.concrete import is_as_made
from fastlint.model.following.switches import is_switch
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Member,
    Partial,
    Unknown,
    Value,
)

Given = Mapping[str, Value]
NOTHING: Given = MappingProxyType({})
_MOST, _MOST_BOUND = 24, 48
"""Ways in which one function is looked at: what further callers bring is left out of account, and
then of which subclass an object is."""
_MANY = Unknown("`*args`")


def identity(value: Value | None) -> Hashable:
    """Equal for values that make no difference to the function that is given them."""
    match value:
        case FunctionValue(path=path, facts=facts, scope=scope, bound=bound):
            return ("f", path, facts.index, id(scope), identity(bound))
        case LambdaValue(path=path, node=node, scope=scope):
            return ("l", path, node.line, node.column, id(scope))
        case Instance():
            return _of_object(value)
        case Partial(function=function, args=args, keywords=keywords):
            named = tuple((name, identity(each)) for name, each in keywords)
            return ("p", identity(function), tuple(map(identity, args)), named)
        case Items(items=items):
            return ("t", tuple(map(identity, items)))
        case values.Mapping(items=entries):
            return ("m", tuple((key, identity(item)) for key, item in entries.items()))
        case Member(dotted=name) | External(name=name):
            return ("e", name)
        case ClassValue():
            return ("c", id(value))
        case None | Unknown():
            return None
    return type(value).__name__


def _told(value: Value) -> Hashable:
    """As `identity`, of a parameter: a constant makes a difference to the one that asks for it."""
    if isinstance(value, Const):
        return ("b", type(value.value).__name__, value.value)
    if isinstance(value, values.Mapping):
        entries = tuple((key, _told(item)) for key, item in value.items.items())
        return ("m", value.open, entries)
    return identity(value)


def _of_object(value: Instance) -> Hashable:
    if containers.is_given(value):
        return ("g", containers.is_filled(value), identity(value.cls))
    if isinstance(value.cls, External):
        return ("x", value.cls.name)
    if value.made:
        return ("o", id(value))
    if is_switch(value):
        return ("n", id(value.cls), _told(value.attributes["name"]))
    given = tuple(identity(each) for each in value.args if is_telling(each))
    named = tuple((k, identity(each)) for k, each in value.keywords.items() if is_telling(each))
    asked = None if value.asked is None else _told(value.asked)
    return ("i", id(value.cls), given, named, asked)


def is_telling(value: Value) -> bool:
    """Whether knowing the value can tell what a function does with it."""
    match value:
        case FunctionValue() | LambdaValue() | Partial() | ClassValue() | Member():
            return True
        case Instance(cls=External(name=name)):
            return not name.startswith(("builtins.", "typing."))
        case Instance():
            return True
        case Items(items=items):
            return any(isinstance(e, Instance | FunctionValue) and is_telling(e) for e in items)
        case External(name=name):
            return not name.rpartition(".")[2][:1].isupper()
    return False


def given(
    function: FunctionValue, args: Sequence[Value], keywords: Mapping[str, Value]
) -> dict[str, Value]:
    """What the arguments of a call say of the parameters, where the parameters do not say it."""
    found: dict[str, Value] = {}
    params = function.facts.params
    takes_more = bool(keywords and params) and params[-1].kind == "**kwargs"
    if not takes_more and not any(map(_may_tell, (*args, *keywords.values()))):
        return found
    rest = list(args)
    spare = dict(keywords)
    for param in params[1:] if _has_receiver(function) else params:
        if param.kind == "*args":
            if any(map(is_telling, rest)):
                found[param.name] = Items("tuple", rest)
            rest = []
            continue
        if param.kind == "**kwargs":
            if function.closure.machine.switches.turns(function, param.name):
                found[param.name] = _keywords(function, spare)
            elif any(map(is_telling, spare.values())):
                found[param.name] = values.Mapping(spare, True)
            continue
        value = None
        if param.kind != "keyword-only" and rest:
            if rest[0] == _MANY:
                rest = []
            else:
                value = rest.pop(0)
        if value is None:
            value = spare.pop(param.name, None)
        told = None if value is None else _told_by(function, param, value)
        if told is not None:
            found[param.name] = told
    return found


def _may_tell(value: Value) -> bool:
    is_container = isinstance(value, Items | values.Mapping) or containers.is_given(value)
    return is_container or is_telling(value) or is_switch(value)


def _keywords(function: FunctionValue, spare: Mapping[str, Value]) -> values.Mapping:
    """What ``**kwargs`` holds, as far as it can make a difference."""
    found: dict[str, Value] = {}
    for name, value in spare.items():
        is_asked = is_switch(value) and search.mentions(function.facts, search.spelled(name))
        kept = value if is_asked or is_telling(value) else containers.given(value)
        found[name] = kept or UNKNOWN
    is_open = found.pop("**", None) is not None
    return values.Mapping(found, is_open, whole=not is_open)


def brought(
    function: FunctionValue, args: Sequence[Value], keywords: Mapping[str, Value]
) -> dict[str, Value]:
    """As `given`, with the defaults of what a call leaves out that is known as a whole."""
    found = given(function, args, keywords)
    if _MANY in args or "**" in keywords:
        return found
    params = function.facts.params[1:] if _has_receiver(function) else function.facts.params
    filled = {param.name for param, _ in zip(params, args, strict=False)}
    defaults = function.closure.machine.switches.defaults(function, filled | keywords.keys())
    return {**defaults, **found} if defaults else found


def _told_by(function: FunctionValue, param: tree.Param, value: Value) -> Value | None:
    """What a parameter is told by what it is given; None where that is nothing new."""
    if is_telling(value) and not is_switch(value) and not containers.is_given(value):
        tells = not _says_as_much(param, value) or _is_type_of_result(function, param, value)
        return value if tells else None
    told = value if is_switch(value) else containers.given(value)
    if told is None or not function.closure.machine.switches.turns(function, param.name):
        return None
    return told


def _has_receiver(function: FunctionValue) -> bool:
    return function.is_received


def _says_as_much(param: tree.Param, value: Value) -> bool:
    """Whether the annotation already says what the argument says, by its name."""
    annotation = param.annotation
    if annotation is None or _says_nothing(annotation):
        return False
    if not isinstance(value, Instance):
        return not isinstance(value, FunctionValue | LambdaValue | Partial | Member | Items)
    if not isinstance(value.cls, ClassValue):
        return True
    name = last_name(annotation)
    is_declared = name == value.cls.node.name and value.asked is None
    return is_declared and not is_as_made(value)


def _says_nothing(annotation: tree.Expr) -> bool:
    """``Any``, ``object``, ``Any | None``"""
    if isinstance(annotation, tree.BinOp):
        return any(map(_says_nothing, (annotation.left, annotation.right)))
    if isinstance(annotation, tree.Subscript):
        return last_name(annotation.value) == "Optional" and _says_nothing(annotation.index)
    return last_name(annotation) in ("Any", "object")


def _is_type_of_result(function: FunctionValue, param: tree.Param, value: Value) -> bool:
    """Whether what is given is the class of what comes back: ``load(kind: type[T]) -> T``."""
    returns = function.facts.returns
    if returns is None or not isinstance(value, ClassValue) or param.annotation is None:
        return False
    if not isinstance(param.annotation, tree.Subscript):
        return False
    return not set(names([param.annotation.index])).isdisjoint(names([returns]))


def bring(known: dict[str, Value], brought: Given) -> None:
    """Fill in what a caller brings where the parameter's own annotation says less."""
    for name, value in brought.items():
        if name in known and containers.is_given(value):
            known[name] = containers.brought(known[name], value)
        elif name in known and _tells_more(value, known[name]):
            known[name] = replace(value) if isinstance(value, values.Mapping) else value


def _tells_more(value: Value, declared: Value) -> bool:
    if isinstance(value, Const):
        return True
    match declared:
        case Unknown() | Items() | values.Mapping():
            return True
        case Instance(cls=ClassValue() as base):
            is_derived = isinstance(value, Instance) and isinstance(value.cls, ClassValue)
            return is_derived and any(each is base for each in value.cls.mro())  # type: ignore[union-attr]
        case Instance(cls=External()):
            return isinstance(value, FunctionValue | LambdaValue | Partial | Member | Items)
        case ClassValue():  # of ``type[C]``
            return isinstance(value, ClassValue) and declared in value.mro()
    return False


def _decides(value: Value) -> bool:
    """Whether it is given for the tests that ask for it."""
    return is_switch(value) or isinstance(value, values.Mapping) or containers.is_given(value)


class Contexts:
    """In how many ways each function is looked at."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], set[Hashable]] = {}

    def of(self, function: FunctionValue, brought: Given) -> tuple[Hashable, FunctionValue, Given]:
        """Under what the function is known when it is called with this, and what is kept of it.

        Where a function has been looked at in very many ways, only the switches are kept, which
        decide what it does at all; in still more, what is declared has to do.
        """
        facts = function.facts
        place = (function.path, facts.index)
        seen = self._seen.setdefault(place, set())
        switched = {name: value for name, value in brought.items() if _decides(value)}
        for given, most in ((brought, _MOST), (switched, _MOST_BOUND), (NOTHING, _MOST_BOUND)):
            told = tuple((name, _told(given[name])) for name in sorted(given))
            key = (*place, id(function.scope), identity(function.bound), told)
            if key in seen:
                return key, function, given
            if len(seen) < most or (function.bound is None and not given):
                seen.add(key)
                return key, function, given
        return (*place, id(function.scope), None, ()), replace(function, bound=None), NOTHING
