"""Attributes that an object gets after it was made: from a method other than ``__init__``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.values import ClassValue, FunctionValue, Instance, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


class Late:
    """Finds the methods that set an attribute, and what they set it to. Each is looked for once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[tuple[int, str], Value | None] = {}
        self._set_by: dict[tuple[str, int], frozenset[str]] = {}

    def attribute(self, cls: ClassValue, name: str) -> Value | None:
        """What some method of the class sets ``self.name`` to; None where none does."""
        key = (id(cls), name)
        if key not in self._found:
            self._found[key] = None  # while it is looked for
            made, word = Instance(cls), tree.spelled(name)
            for method in _methods(cls):
                if tree.mentions(method.facts, word) and name in self._sets(method):
                    self.machine.watch(replace(method, bound=made))
                    if name in made.attributes:
                        break
            self._found[key] = made.attributes.get(name)
        return self._found[key]

    def _sets(self, method: FunctionValue) -> frozenset[str]:
        """The attributes of its own object that a method sets."""
        key = (method.path, method.facts.index)
        found = self._set_by.get(key)
        if found is None:
            names = _set_attributes(tree.statements(method.facts), method.facts.params[0].name)
            found = self._set_by[key] = frozenset(names)
        return found


def _methods(cls: ClassValue) -> Iterator[FunctionValue]:
    for base in cls.mro():
        if isinstance(base, ClassValue):
            for value in base.namespace.namespace.values():
                if isinstance(value, FunctionValue) and value.facts.params:
                    yield value


def _set_attributes(body: list[tree.Stmt], receiver: str) -> Iterator[str]:
    for node in walk(body):
        match node:
            case tree.Assign(targets=targets):
                pass
            case tree.AnnAssign(target=target):
                targets = [target]
            case tree.WithItem(target=target) if target is not None:
                targets = [target]
            case _:
                continue
        for each in targets:
            match each:
                case tree.Attribute(value=tree.Name(id=owner), attr=attr) if owner == receiver:
                    yield attr
