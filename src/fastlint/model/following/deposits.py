"""What functions leave for others: in a class, a module, and in the containers of objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.binding import targets
from fastlint.facts.walk import last_name, walk
from fastlint.model.following import choices
from fastlint.model.following.classes import methods
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
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import CallSite, Watch
    from fastlint.model.following.machine import Machine

_ADDING = {"add": 0, "append": 0, "appendleft": 0, "setdefault": 1}
"""Methods that put something into a container, and at which place they are given it."""


class Deposits:
    """Finds who puts something into an attribute, and what. Each is looked for once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[tuple[int, str], Instance | None] = {}
        self._left: dict[tuple[str, str], Instance | None] = {}
        self._setters: dict[tuple[str, int], frozenset[str]] = {}
        self._held: dict[tuple[int | str, str], Value | None] = {}

    def of_class(self, cls: ClassValue, name: str) -> Instance | None:
        """What functions of its file set ``cls.name`` to, where all of them agree."""
        key = (id(cls), name)
        if key not in self._found:
            self._found[key] = None  # while it is looked for
            who = list(self._setting(cls, name))
            set_to = [each for by in who for each in _values(self.machine.watch(by), cls, name)]
            self._found[key] = one = _agreed(set_to)
            if one is None and self._is_under_way(who):
                del self._found[key]
            return one
        return self._found[key]

    def of_module(self, path: str, name: str) -> Instance | None:
        """What functions of any file set ``module.name`` to, where all of them agree.

        Nothing is known while modules are being run: those that set it would run too early.
        """
        if self.machine.running:
            return None
        modules = self.machine.modules
        module = modules.name(path).rpartition(".")[2].encode()  # a part of what is imported
        naming = (p for p in modules.naming(search.spelled(name)) if modules.mentions(p, module))
        return self._left_in(ModuleValue(path), (f"{path}:", name), naming)

    def of_function(self, function: FunctionValue, name: str) -> Instance | None:
        """What functions of its file set ``function.name`` to: most often it does so itself.

        As with `of_module`, nothing is known while modules are being run.
        """
        if self.machine.running:
            return None
        key = (f"{function.path}:{function.facts.index}", name)
        return self._left_in(function, key, (function.path,))

    def _left_in(
        self, owner: ModuleValue | FunctionValue, key: tuple[str, str], paths: Iterable[str]
    ) -> Instance | None:
        if key not in self._left:
            self._left[key] = None  # while it is looked for
            name = key[1]
            naming = [each for path in paths for each in self._naming(path, name)]
            who = [each for each in naming if name in self._set_by(each)]
            set_to = [each for by in who for each in _given(self.machine.watch(by), owner, name)]
            self._left[key] = one = _agreed(set_to)
            if one is None and self._is_under_way(who):
                del self._left[key]
            return one
        return self._left[key]

    def item(self, cls: ClassValue, name: str) -> Value | None:
        """What the methods of a class put into ``self.name``: an object, or one of several.

        Of a dictionary with keys that are written in the code each may be something else.
        """
        key = (id(cls), name)
        if key not in self._held:
            self._held[key] = None  # while it is looked for
            who = list(self._putting(cls, name))
            found = [
                each
                for by in who
                for each in _items(self.machine.watch(by), name, by.facts.params[0].name)
            ]
            return self._keep(key, found, who)
        return self._held[key]

    def holding(self, value: Items | Mapping, path: str, name: str) -> Items | Mapping:
        """A module's empty container, with what functions of its file put into it.

        As it is, where that is not known.
        """
        key = (path, name)
        if key not in self._held:
            self._held[key] = None  # while it is looked for
            who = list(self._filling(path, name))
            self._keep(key, [e for by in who for e in _items(self.machine.watch(by), name)], who)
        found = self._held.get(key)
        return value if found is None else replace(value, holds=found)

    def _keep(
        self, key: tuple[int | str, str], found: list[Value], who: list[FunctionValue]
    ) -> Value | None:
        self._held[key] = one = _any_of(found)
        if one is None and self._is_under_way(who):
            del self._held[key]
        return one

    def _filling(self, path: str, name: str) -> Iterator[FunctionValue]:
        """The functions and methods of a file that put something into what a name stands for."""
        return (each for each in self._naming(path, name) if name in _filled(each, ""))

    def _naming(self, path: str, name: str) -> Iterator[FunctionValue]:
        """The functions and methods of a file in which a name stands."""
        for value in list(self.machine.run_module(path).namespace.values()):
            if isinstance(value, FunctionValue) and value.path == path:
                functions = [value.original]
            elif isinstance(value, ClassValue) and value.path == path:
                methods = list(value.namespace.namespace.values())
                functions = [m.original for m in methods if isinstance(m, FunctionValue)]
            else:
                continue
            for each in functions:
                if search.mentions(each.facts, search.spelled(name)):
                    yield each if each.owner is None else _bound(each, each.owner)

    def _set_by(self, function: FunctionValue) -> frozenset[str]:
        """The attributes that a function sets, of whatever object; each is looked at once."""
        key = (function.path, function.facts.index)
        if key not in self._setters:
            self._setters[key] = frozenset(target.attr for target in _set_attributes(function))
        return self._setters[key]

    def _is_under_way(self, who: list[FunctionValue]) -> bool:
        """Whether one of them is being looked at just now, and may say more later."""
        return any((each.path, each.facts.index) in self.machine.budget.calls for each in who)

    def _putting(self, cls: ClassValue, name: str) -> Iterator[FunctionValue]:
        for method in _that_mention(cls, name):
            if method.facts.params and name in _filled(method, method.facts.params[0].name):
                yield _bound(method, cls)

    def _setting(self, cls: ClassValue, name: str) -> Iterator[FunctionValue]:
        for method in _that_mention(cls, name):
            if any(_is_of_class(each, method) for each in _set(method, name)):
                yield _bound(method, cls)
        for value in list(self.machine.run_module(cls.path).namespace.values()):
            if isinstance(value, FunctionValue) and value.path == cls.path:
                function = value.original
                is_naming = search.mentions(function.facts, search.spelled(name))
                if is_naming and any(True for _ in _set(function, name)):
                    yield function


def _values(watch: Watch, cls: ClassValue, name: str) -> Iterator[Value]:
    for each in watch.deposits:
        is_named = isinstance(each.node, tree.Attribute) and each.node.attr == name
        if each.key is None and is_named and each.owner in cls.mro():
            yield NONE if isinstance(each.value, Unknown) else each.value  # it says nothing


def _given(watch: Watch, owner: ModuleValue | FunctionValue, name: str) -> Iterator[Value]:
    for each in watch.deposits:
        is_named = isinstance(each.node, tree.Attribute) and each.node.attr == name
        if each.key is None and is_named and _is_same(each.owner, owner):
            yield NONE if isinstance(each.value, Unknown) else each.value  # it says nothing


def _is_same(first: Value, second: ModuleValue | FunctionValue) -> bool:
    if isinstance(first, FunctionValue) and isinstance(second, FunctionValue):
        return first.key == second.key
    return first == second


def _items(watch: Watch, name: str, receiver: str = "") -> Iterator[Value]:
    """What is put into the attribute of an object, or without one into what a name stands for."""
    if not receiver and name in watch.rebound:
        return  # it is a name of the function's own
    for each in watch.deposits:
        if each.key is not None and _attribute(each.node, receiver) == name:
            yield each.key if _is_text(each.key) else each.value
    for site in watch.calls:
        if _added_to(site.node, receiver) == name:
            yield from _added(site)


def _added(site: CallSite) -> Iterator[Value]:
    at = _ADDING[last_name(site.node.func)]
    if at < len(site.args):
        yield site.args[0] if at and _is_text(site.args[0]) else site.args[at]


def _is_text(key: Value) -> bool:
    return isinstance(key, Const) and isinstance(key.value, str)


def _agreed(values: list[Value]) -> Instance | None:
    """An object of the one class of which all are."""
    found: Instance | None = None
    for value in values:
        if value == NONE:
            continue
        if not isinstance(value, Instance) or value.others or not choices.is_callable(value):
            return None
        if found is not None and found.cls is not value.cls and found.cls != value.cls:
            return None
        found = value if found is None else Instance(found.cls)
    return found


def _any_of(values: list[Value]) -> Value | None:
    """As `_agreed`; where they are of several classes, an object of one of them."""
    one = _agreed(values)
    if one is not None:
        return one
    found: dict[int, Value] = {}
    for value in values:
        for each in value.choices if isinstance(value, Unknown) else (value,):
            if isinstance(each, Instance) and isinstance(each.cls, ClassValue):
                found.setdefault(id(each.cls), each)
            elif each != NONE:
                return None
        if isinstance(value, Unknown) and not value.choices:
            return None
    return choices.one_of(found.values()) if found else None


def _that_mention(cls: ClassValue, name: str) -> Iterator[FunctionValue]:
    """The methods of a class that mention an attribute."""
    for value in methods(cls):
        for method in _behind(value.original):
            if search.mentions(method.facts, search.spelled(name)):
                yield method


def _behind(method: FunctionValue) -> Iterator[FunctionValue]:
    """The method, and what a decorator's wrapper that does not say so has put it in place of."""
    yield method
    if method.closure.function is not None:
        for value in method.closure.namespace.values():
            if isinstance(value, FunctionValue) and value.facts is not method.facts:
                yield value.original


def _bound(method: FunctionValue, cls: ClassValue) -> FunctionValue:
    """The method, as it is called on the class, or on an object of it."""
    if method.is_static:
        return method
    return replace(method, bound=cls if takes_class(method) else Instance(cls))


def takes_class(method: FunctionValue) -> bool:
    """Whether its first parameter is the class, and not an object of it."""
    by_name = method.facts.name in ("__new__", "__init_subclass__")
    return by_name or External("builtins.classmethod") in method.decorators


def _set(function: FunctionValue, name: str) -> Iterator[tree.Expr]:
    """The owners of all that is set under a name."""
    return (target.value for target in _set_attributes(function) if target.attr == name)


def _set_attributes(function: FunctionValue) -> Iterator[tree.Attribute]:
    """The attributes that a function assigns to."""
    for node in walk(tree.statements(function.facts)):
        yield from (each for each in targets(node) if isinstance(each, tree.Attribute))


def _is_of_class(owner: tree.Expr, method: FunctionValue) -> bool:
    """Whether it may be a class: not the object that a method belongs to."""
    if not isinstance(owner, tree.Name) or not method.facts.params:
        return True
    is_receiver = owner.id == method.facts.params[0].name
    return not is_receiver or takes_class(method) or method.is_static


def _filled(method: FunctionValue, receiver: str) -> Iterator[str]:
    """The attributes of its own object that a method puts something into; without one, names."""
    for node in walk(tree.statements(method.facts)):
        if isinstance(node, tree.Assign):
            for target in node.targets:
                if isinstance(target, tree.Subscript):
                    yield _attribute(target.value, receiver)
        elif isinstance(node, tree.Call):
            yield _added_to(node, receiver)


def _added_to(node: tree.Call, receiver: str) -> str:
    """``jobs`` of ``self.jobs.append(job)``; empty for any other call."""
    match node.func:
        case tree.Attribute(value=container, attr=attr) if attr in _ADDING:
            return _attribute(container, receiver)
    return ""


def _attribute(node: tree.Expr, receiver: str) -> str:
    match node:
        case tree.Name(id=name) if not receiver:
            return name
        case tree.Attribute(value=tree.Name(id=owner), attr=attr) if owner == receiver:
            return attr
    return ""
