"""Functions of the standard library that programs build their routes with, carried out.

Each gives None where what it is asked about is not known, or where it does nothing special.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastlint.model.following import types
from fastlint.model.following.classes import class_of
from fastlint.model.following.fastapi.routeobjects import ASKED, RouteObject, reordered
from fastlint.model.following.language.conditions import truth
from fastlint.model.following.objects import kinds, ordering, protocols
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.outside import Call
from fastlint.model.following.shared import asks
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    ModuleValue,
    RouterValue,
    Value,
    is_settable,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_MOST = 1000
_FUNCTIONS = frozenset(
    {"inspect.isfunction", "inspect.ismethod", "inspect.isroutine", "builtins.callable"}
)


def call(name: str, about: Call) -> Value | None:
    """What ``name(…)`` gives; None where nothing is known of it here."""
    function = _CALLS.get(name)
    return function(about) if function is not None and about.args else None


def _range(about: Call) -> Value | None:
    bounds = [arg.value for arg in about.args if isinstance(arg, Const)]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) < len(about.args) or 0 in numbers[2:]:
        return None
    found = range(*numbers)
    return Items("list", [Const(i) for i in found]) if len(found) <= _MOST else None


def _len(about: Call) -> Value | None:
    if isinstance(about.args[0], Instance):
        return protocols.length(about.args[0], about.machine)
    items = types.iterate(about.args[0])
    return None if items is None else Const(len(items))


def _map(about: Call) -> Value | None:
    columns = [types.iterate(arg) for arg in about.args[1:]]
    known = [column for column in columns if column is not None]
    if not known or len(known) < len(columns):
        return None
    made = [_of_row(row, about) for row in zip(*known, strict=False)]
    sure = [each for each in made if each is not None]
    return Items("list", sure, open=len(sure) < len(made))


def _of_row(row: tuple[Value, ...], about: Call) -> Value | None:
    """What ``map`` makes of a row; None for a dependency that may not be there."""
    machine = about.machine
    is_doubtful = not all(map(machine.is_sure, row))
    machine.doubts += is_doubtful
    value = about.of(about.args[0], *row)
    machine.doubts -= is_doubtful
    if is_doubtful and asks(value):
        return None
    if is_doubtful:
        machine.possible[id(value)] = value
    return value


def _filter(about: Call) -> Value | None:
    items = types.iterate(about.args[1]) if len(about.args) > 1 else None
    if items is None:
        return None
    test = about.args[0]
    answers = [truth(item if test == NONE else about.of(test, item)) for item in items]
    if None in answers:
        return None
    kept = [item for item, answer in zip(items, answers, strict=True) if answer]
    return Items("list", kept)


def _sorted(about: Call) -> Value | None:
    items = types.iterate(about.args[0])
    if items is None:
        return reordered(about.args[0])
    found = _in_order(items, about)
    if found is None:
        routes = reordered(about.args[0])
        return routes if routes is not about.args[0] else Items("list", items)
    return Items("list", found)


def _in_order(items: list[Value], about: Call) -> list[Value] | None:
    """The items as ``key=`` and ``reverse=`` of the call order them, where that is known."""
    key = about.keywords.get("key", NONE)
    keys = [item if key == NONE else about.of(key, item) for item in items]
    order = ordering.order(keys, backwards=about.keywords.get("reverse") == Const(True))
    return None if order is None else [items[at] for at in order]


def sort(owner: Value, about: Call) -> bool:
    """``owner.sort(key=…)``; False where the order that it makes is not known."""
    if not isinstance(owner, Items) or owner.open:
        return False
    found = _in_order(owner.items, about)
    if found is not None:
        owner.items[:] = found
    return found is not None


def _any(about: Call) -> Value | None:
    return _quantified(about, decisive=True)


def _all(about: Call) -> Value | None:
    return _quantified(about, decisive=False)


def _quantified(about: Call, *, decisive: bool) -> Value | None:
    """``any(…)`` and ``all(…)``"""
    items = types.iterate(about.args[0])
    answers = [None] if items is None else [truth(item) for item in items]
    if decisive in answers:
        return Const(decisive)
    return None if None in answers else Const(not decisive)


def _numbers(about: Call) -> list[float] | None:
    items = types.iterate(about.args[0]) if len(about.args) == 1 else list(about.args)
    found = [each.value for each in items or () if isinstance(each, Const)]
    numbers = [each for each in found if isinstance(each, int | float)]
    is_whole = items is not None and len(numbers) == len(items) and not about.keywords
    return numbers if is_whole else None


def _sum(about: Call) -> Value | None:
    numbers = _numbers(about)
    return None if numbers is None else Const(sum(numbers))


def _max(about: Call) -> Value | None:
    return Const(max(numbers)) if (numbers := _numbers(about)) else None


def _min(about: Call) -> Value | None:
    return Const(min(numbers)) if (numbers := _numbers(about)) else None


def _reduce(about: Call) -> Value | None:
    """``functools.reduce(function, items, first)``"""
    items = types.iterate(about.args[1]) if len(about.args) > 1 else None
    if items is None:
        return None
    items = [*about.args[2:3], *items]
    if not items:
        return None
    result = items[0]
    for item in items[1:]:
        result = about.of(about.args[0], result, item)
    return result


def _product(about: Call) -> Value | None:
    """``itertools.product(…)``"""
    columns = [types.iterate(arg) for arg in about.args]
    known = [column for column in columns if column is not None]
    size = math.prod(map(len, known))
    if len(known) < len(columns) or about.keywords or size > _MOST:
        return None
    return Items("list", [Items("tuple", list(row)) for row in itertools.product(*known)])


def _islice(about: Call) -> Value | None:
    """``itertools.islice(items, stop)`` and its longer form"""
    items = types.iterate(about.args[0])
    bounds = [arg.value for arg in about.args[1:] if isinstance(arg, Const)]
    numbers = [each for each in bounds if each is None or isinstance(each, int)]
    if items is None or not numbers or len(numbers) < len(about.args) - 1:
        return None
    return Items("list", items[slice(*numbers)])


def _reversed(about: Call) -> Value | None:
    items = types.iterate(about.args[0])
    return reordered(about.args[0]) if items is None else Items("list", items[::-1])


def _chain(about: Call) -> Value | None:
    parts = [types.iterate(arg) for arg in about.args]
    known = [part for part in parts if part is not None]
    joined = [item for part in known for item in part]
    return Items("list", joined, len(known) < len(parts))


def _chain_of(about: Call) -> Value | None:
    parts = types.iterate(about.args[0])
    if parts is None:
        return None
    return _chain(Call(about.machine, parts, {}, about.node, about.frame))


def _names(value: Value, machine: Machine) -> list[str] | None:
    """The names that ``dir`` gives, in order; None where there may be others."""
    if isinstance(value, ModuleValue):
        frame = machine.run_module(value.path)
        return None if frame.open else sorted(frame.namespace)
    found: set[str] = set()
    if isinstance(value, Instance):
        found.update(value.attributes)
        value = value.cls
    if not isinstance(value, ClassValue):
        return None
    for base in value.own:
        found.update(base.namespace.namespace)
    return sorted(found)


def _dir(about: Call) -> Value | None:
    names = _names(about.args[0], about.machine)
    return None if names is None else Items("list", [Const(name) for name in names])


def _members(about: Call) -> Value | None:
    owner, machine = about.args[0], about.machine
    names = _names(owner, machine)
    if names is None:
        return None
    test = about.args[1] if len(about.args) > 1 else about.keywords.get("predicate", NONE)
    found: list[Value] = []
    for name in names:
        value = machine.attribute(owner, name)
        if test == NONE or _passes(test, value, about):
            found.append(Items("tuple", [Const(name), value]))
    return Items("list", found)


def _passes(test: Value, value: Value, about: Call) -> bool:
    if isinstance(test, External):
        if test.name in _FUNCTIONS:
            is_bound = isinstance(value, FunctionValue) and value.bound is not None
            wants_bound = {"inspect.isfunction": False, "inspect.ismethod": True}.get(test.name)
            return isinstance(value, FunctionValue) and wants_bound in (None, is_bound)
        if test.name == "inspect.isclass":
            return isinstance(value, ClassValue)
        return True
    return truth(about.of(test, value)) is not False


def _vars(about: Call) -> Value | None:
    owner = about.args[0]
    if isinstance(owner, Instance):
        return Mapping(dict(owner.attributes))
    if isinstance(owner, ClassValue):
        return Mapping(dict(owner.namespace.namespace))
    return about.machine.attribute(owner, "__dict__") if isinstance(owner, ModuleValue) else None


def _hasattr(about: Call) -> Value | None:
    if len(about.args) < 2 or (name := as_text(about.args[1])) is None:  # noqa: PLR2004
        return None
    owner = about.args[0]
    if isinstance(owner, FunctionValue):
        return Const(name in owner.attributes)
    if isinstance(owner, Const):
        return Const(hasattr(owner.value, name))
    if isinstance(owner, RouteObject) and name in ASKED:
        return Const(name in owner.attributes)
    found = about.machine.attribute(owner, name)
    if isinstance(owner, ModuleValue):
        names = _names(owner, about.machine)
        return Const(True) if names and name in names else (None if names is None else Const(False))
    known = isinstance(found, FunctionValue | Const | RouterValue | ClassValue | Items | Mapping)
    return Const(True) if known else None


def _isinstance(about: Call) -> Value | None:
    return _any_of(about, kinds.is_a)


def _issubclass(about: Call) -> Value | None:
    return _any_of(about, kinds.is_below)


def _any_of(about: Call, test: Callable[[Value, Value, Machine], bool | None]) -> Value | None:
    """What ``isinstance`` and its like say of one class or a tuple of them."""
    if len(about.args) < 2:  # noqa: PLR2004
        return None
    value, wanted = about.args
    options = wanted.items if isinstance(wanted, Items) else [wanted]
    answers = [test(value, each, about.machine) for each in options]
    if True in answers:
        return Const(True, is_settable(value))
    return None if None in answers else Const(False, is_settable(value))


def _import(about: Call) -> Value | None:
    name = as_text(about.args[0])
    if name is None or len(about.args) > 1 or about.keywords:
        return None
    about.machine.import_module(about.frame.path, name)
    return about.machine.import_module(about.frame.path, name.partition(".")[0])


def _modules_below(about: Call) -> Value | None:
    """``pkgutil.iter_modules(package.__path__)``: the modules of a package, by name."""
    return _modules(about, about.machine.modules.below)


def _modules_within(about: Call) -> Value | None:
    """``pkgutil.walk_packages(package.__path__)``: those of its packages as well."""
    return _modules(about, about.machine.modules.within)


def _modules(about: Call, below: Callable[[str], list[tuple[str, bool]]]) -> Value | None:
    where = about.args[0]
    package = where.attributes.get("package") if isinstance(where, Instance) else None
    if not isinstance(package, Const):
        return None
    prefix = as_text(about.args[1] if len(about.args) > 1 else about.keywords.get("prefix", NONE))
    rows: list[Value] = []
    for name, is_package in below(str(package.value)):
        told: dict[str, Value] = {
            "module_finder": NONE,
            "name": Const(f"{prefix or ''}{name}"),
            "ispkg": Const(is_package),
        }
        told["__inside__"] = Items("tuple", list(told.values()))
        rows.append(Instance(External("pkgutil.ModuleInfo"), told, made=True))
    return Items("list", rows)


def _type(about: Call) -> Value | None:
    match about.args:
        case [Instance(cls=ClassValue()) as owner] if about.frame.watch is None:
            return class_of(owner)
    return None


def _is_generator_function(about: Call) -> Value | None:
    match about.args:
        case [FunctionValue(facts=facts)]:
            return Const(facts.is_generator and not facts.is_async)
    return None


def _is_async_generator_function(about: Call) -> Value | None:
    match about.args:
        case [FunctionValue(facts=facts)]:
            return Const(facts.is_generator and facts.is_async)
    return None


_CALLS: dict[str, Callable[[Call], Value | None]] = {
    "builtins.range": _range,
    "builtins.any": _any,
    "builtins.all": _all,
    "builtins.sum": _sum,
    "builtins.max": _max,
    "builtins.min": _min,
    "functools.reduce": _reduce,
    "itertools.product": _product,
    "itertools.islice": _islice,
    "builtins.len": _len,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.sorted": _sorted,
    "builtins.reversed": _reversed,
    "itertools.chain": _chain,
    "itertools.chain.from_iterable": _chain_of,
    "builtins.dir": _dir,
    "builtins.vars": _vars,
    "builtins.hasattr": _hasattr,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "builtins.issubclass": _issubclass,
    "builtins.__import__": _import,
    "inspect.getmembers": _members,
    "inspect.isgeneratorfunction": _is_generator_function,
    "inspect.isasyncgenfunction": _is_async_generator_function,
    "pkgutil.iter_modules": _modules_below,
    "pkgutil.walk_packages": _modules_within,
}
