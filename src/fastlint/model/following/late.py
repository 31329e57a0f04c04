"""What is set later: attributes by other methods than ``__init__``, names by ``global``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.binding import targets
from fastlint.facts.walk import walk
from fastlint.model.following import types
from fastlint.model.following.classes import methods
from fastlint.model.following.deposits import takes_class
from fastlint.model.following.objects.fields import declared_field
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.frames import Frame
    from fastlint.model.following.machine import Machine


class Late:
    """Finds the methods that set an attribute, and what they set it to. Each is looked for once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[tuple[int, str], Value | None] = {}
        self._set_by: dict[tuple[str, int], frozenset[str]] = {}
        self._names: dict[tuple[str, str], Value | None] = {}
        self._bound: dict[tuple[str, int], frozenset[str]] = {}

    def attribute(self, cls: ClassValue, name: str) -> Value | None:
        """What some method of the class sets ``self.name`` to, or says that it is.

        None where none does.
        """
        key = (id(cls), name)
        if key not in self._found:
            self._found[key] = None  # while it is looked for
            setting = self.setting(cls, name)
            self._found[key] = found = self._attribute(cls, name, setting)
            if found is None and self._is_under_way(setting):
                del self._found[key]
            return found
        return self._found[key]

    def setting(self, cls: ClassValue, name: str) -> list[FunctionValue]:
        """The methods of the class that set ``self.name``, which is none of the class's own."""
        return [
            method
            for method in _methods(cls)
            if name in self._sets(method, name) and not takes_class(method)
        ]

    def _is_under_way(self, setting: list[FunctionValue]) -> bool:
        """Whether one of the functions is being looked at just now, and may say more later."""
        return any((each.path, each.facts.index) in self.machine.budget.calls for each in setting)

    def _attribute(self, cls: ClassValue, name: str, setting: list[FunctionValue]) -> Value | None:
        made, declared = Instance(cls), None
        for method in setting:
            seen = self.machine.seen_by(replace(method, bound=made))
            found = seen.get(name, UNKNOWN)
            if found != NONE and not isinstance(found, Unknown):
                return found
            made.attributes.pop(name, None)  # who empties it says nothing of it
            declared = declared or self._declared(method, name)
        for base in cls.mro():
            field = None if isinstance(base, External) else declared_field(base, name)
            if field is not None and isinstance(base, ClassValue):
                declared = declared or self._instance(field.annotation, base.namespace)
        return declared

    def _declared(self, method: FunctionValue, name: str) -> Instance | None:
        """``self.name: Client | None = None``"""
        for node in walk(tree.statements(method.facts)):
            match node:
                case tree.AnnAssign(target=tree.Attribute(value=tree.Name(id=owner), attr=attr)):
                    if attr == name and owner == method.facts.params[0].name:
                        return self._instance(node.annotation, method.scope)
        return None

    def _instance(self, annotation: tree.Expr, frame: Frame) -> Instance | None:
        found = types.instance_of(self.machine.evaluate(annotation, frame), self.machine)
        return found if isinstance(found, Instance) else None

    def name(self, path: str, name: str) -> Value | None:
        """What a name of a module stands for that is None when the module has been loaded.

        Some function of the file sets it with ``global``, or the annotation says it.
        """
        key = (path, name)
        if key not in self._names:
            self._names[key] = None  # while it is looked for
            module = self.machine.run_module(path)
            setting = [each for each in _functions(module) if name in self._globals(each, name)]
            self._names[key] = found = self._name(module, name, setting)
            if found is None and self._is_under_way(setting):
                del self._names[key]
            return found
        return self._names[key]

    def _name(self, module: Frame, name: str, setting: list[FunctionValue]) -> Value | None:
        for function in setting:
            self.machine.watch(function)  # which fills the place that is empty
            found = module.namespace.get(name, NONE)
            if found != NONE and not isinstance(found, Unknown):
                return found
        for statement in self.machine.modules.facts(module.path).body:
            match statement:
                case tree.AnnAssign(target=tree.Name(id=target)) if target == name:
                    return self._instance(statement.annotation, module)
        return None

    def _globals(self, function: FunctionValue, asked: str) -> frozenset[str]:
        """The names of its module that a function binds, if one may be what is asked for."""
        if not search.mentions(function.facts, search.spelled(asked)):
            return frozenset()
        key = (function.path, function.facts.index)
        if key not in self._bound:
            scopes = (n for n in walk(tree.statements(function.facts)) if isinstance(n, tree.Scope))
            names = (name for each in scopes if each.kind == "global" for name in each.names)
            self._bound[key] = frozenset(names)
        return self._bound[key]

    def _sets(self, method: FunctionValue, asked: str) -> frozenset[str]:
        """The attributes of its own object that a method sets, if one may be what is asked for."""
        if not search.mentions(method.facts, search.spelled(asked)):
            return frozenset()
        key = (method.path, method.facts.index)
        found = self._set_by.get(key)
        if found is None:
            names = _set_attributes(tree.statements(method.facts), method.facts.params[0].name)
            found = self._set_by[key] = frozenset(names)
        return found


def _functions(module: Frame) -> Iterator[FunctionValue]:
    """The functions and methods of a file."""
    for value in list(module.namespace.values()):
        if isinstance(value, FunctionValue) and value.path == module.path:
            yield value.original
        elif isinstance(value, ClassValue) and value.path == module.path:
            yield from _methods(value)


def _methods(cls: ClassValue) -> Iterator[FunctionValue]:
    return (each for each in methods(cls) if each.facts.params)


def _set_attributes(body: list[tree.Stmt], receiver: str) -> Iterator[str]:
    for node in walk(body):
        for each in targets(node):
            match each:
                case tree.Attribute(value=tree.Name(id=owner), attr=attr) if owner == receiver:
                    yield attr
