"""Which method runs behind one that only declares: the only implementation that the project has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.calls.made import Makers
from fastlint.model.calls.registered import Candidate, Registered
from fastlint.model.following import classes
from fastlint.model.following.functions import Function, Module
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance
from fastlint.model.shapes.schemas import Schemas

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_LONGEST_STUB = 40
"""Lines of a function that may do nothing: most of them are its docstring's."""
_PROTOCOLS = frozenset({"typing.Protocol"})
_ABSTRACT = frozenset({"abc.abstractmethod"})

_Class = tuple[str, tree.ClassDef]


class Implementations:
    """Finds what stands behind abstract methods. Where there are several, none is taken."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.makers = Makers(machine)
        self.schemas = Schemas(machine)
        self._found: dict[tuple[str, int], ClassValue | None] = {}
        self._stubs: dict[tuple[str, int], bool] = {}
        self.registered = Registered(machine, self.makers)
        self._several: dict[tuple[str, int], tuple[Candidate, ...]] = {}

    def behind(self, method: FunctionValue) -> FunctionValue:
        """The method that runs when ``method`` is called on what it is bound to."""
        owner, bound = method.owner, method.bound
        if owner is None or not isinstance(bound, Instance) or not self._is_stub(method):
            return method
        if bound.asked is not None and len(meant := self.several(method)) == 1:
            return meant[0]
        key = (method.path, method.facts.index)
        if key not in self._found:
            self._found[key] = None  # of itself it is no implementation
            self._found[key] = self._only(owner, method.facts.name)
        cls = self._found[key]
        found = None if cls is None else classes.method(cls, method.facts.name)
        if cls is None or found is None:
            return method
        return replace(found, bound=Instance(cls))

    def several(self, method: FunctionValue) -> tuple[FunctionValue, ...]:
        """What may run behind a method that has to be overridden, where that is not one alone."""
        owner, bound = method.owner, method.bound
        if owner is None or not isinstance(bound, Instance) or not self._is_stub(method):
            return ()
        key = (method.path, method.facts.index)
        if key not in self._several:
            self._several[key] = ()  # as above
            if _has_to_be_overridden(method, owner):
                self._several[key] = tuple(self._written(owner, method.facts.name))
        found: Sequence[Candidate] = [
            (cls, each)
            for cls, each in self._several[key]
            if bound.cls is owner or any(base is bound.cls for base in cls.mro())
        ]
        if bound.asked is not None:
            found = self.registered.under(found, bound.asked)
        return tuple(_apart(found))

    def is_made(self, method: FunctionValue) -> bool:
        """Whether the project makes objects of a class that has the method."""
        cls = method.bound.cls if isinstance(method.bound, Instance) else None
        if not isinstance(cls, ClassValue):
            return True
        if classes.method(cls, "__init_subclass__") is not None:
            return True  # it learns of all that derive from it
        if self.makers.are_there(cls):
            return True
        name, place = method.facts.name, (method.path, method.facts.index)
        return any(
            (found.path, found.facts.index) == place and self.makers.are_there(each)
            for each, found in self._all(cls, name)
        )

    def _written(self, owner: ClassValue, name: str) -> Iterator[Candidate]:
        """The classes that have an implementation, or inherit one."""
        for cls, method in self._all(owner, name):
            if not self._is_stub(method):
                yield cls, method

    def _is_stub(self, method: FunctionValue) -> bool:
        key = (method.path, method.facts.index)
        if key not in self._stubs:
            is_short = method.facts.end_line - method.facts.line <= _LONGEST_STUB
            self._stubs[key] = is_short and Function("", method.path, method.facts).is_stub
        return self._stubs[key]

    def _only(self, owner: ClassValue, name: str) -> ClassValue | None:
        """The one class of the project with an implementation, if there is one and no other."""
        methods = {id(m): cls for cls, m in self._all(owner, name) if not self._is_stub(m)}
        return next(iter(methods.values())) if len(methods) == 1 else None

    def _all(self, owner: ClassValue, name: str) -> Iterator[tuple[ClassValue, FunctionValue]]:
        for cls in self._candidates(owner):
            found = classes.method(cls, name)
            if found is not None:
                yield cls, found

    def _candidates(self, owner: ClassValue) -> Iterator[ClassValue]:
        bases = map(_origin, owner.bases)
        if any(isinstance(base, External) and base.name in _PROTOCOLS for base in bases):
            wanted = _defined(owner.node)
            having = [self._classes.by_method.get(name, []) for name in sorted(wanted)]
            rarest = min(having, key=len, default=[])
            alike = [(p, n) for p, n in rarest if n is not owner.node and wanted <= _defined(n)]
            for cls in self._values(alike):
                if all(_takes_the_same(owner, cls, name) for name in wanted):
                    yield cls
        names = {owner.node.name}
        waiting = [owner.node.name]
        while waiting:
            derived = self._classes.by_base.get(waiting.pop(), [])
            for _, node in derived:
                if node.name not in names:
                    names.add(node.name)
                    waiting.append(node.name)
            for cls in self._values(derived):
                if any(each is owner for each in cls.mro()):
                    yield cls

    def _values(self, found: list[tuple[str, tree.ClassDef]]) -> Iterator[ClassValue]:
        for path, node in found:
            value = self.machine.run_module(path).namespace.get(node.name)
            if isinstance(value, ClassValue):
                yield value

    @cached_property
    def _classes(self) -> _Classes:
        return _Classes(self.machine)


class _Classes:
    """The classes at the top of the project's modules, tests left out."""

    def __init__(self, machine: Machine) -> None:
        self.by_base: dict[str, list[_Class]] = {}
        self.by_method: dict[str, list[_Class]] = {}
        for path in machine.modules.paths:
            facts = machine.modules.facts(path)
            if Module(path, "", facts).is_test:
                continue
            for node in facts.body:
                if isinstance(node, tree.ClassDef):
                    for base in dict.fromkeys(map(_last_name, node.bases)):
                        self.by_base.setdefault(base, []).append((path, node))
                    for name in _defined(node):
                        self.by_method.setdefault(name, []).append((path, node))


def _apart(found: Iterable[Candidate]) -> Iterator[FunctionValue]:
    """Each implementation once, bound to an object of the first class that has it."""
    seen: set[tuple[str, int]] = set()
    for cls, method in found:
        place = (method.path, method.facts.index)
        if place not in seen:
            seen.add(place)
            yield replace(method, bound=Instance(cls))


def _has_to_be_overridden(method: FunctionValue, owner: ClassValue) -> bool:
    """Whether nobody can run the method as it is: a hook that does nothing is another matter."""
    if any(isinstance(by, External) and by.name in _ABSTRACT for by in method.decorators):
        return True
    if any(name in _PROTOCOLS for name in owner.outside):
        return True
    return any(isinstance(s, tree.Raise) for s in tree.statements(method.facts))


def _takes_the_same(protocol: ClassValue, cls: ClassValue, name: str) -> bool:
    """Whether a method can be called as the protocol says: other classes have methods so called."""
    asked, own = classes.method(protocol, name), classes.method(cls, name)
    if asked is None or own is None:
        return True
    wanted = [each.name for each in asked.facts.params[1:] if each.kind == "ordinary"]
    given = [each.name for each in own.facts.params[1:]]
    takes_any = {"*args", "**kwargs"} <= {each.kind for each in own.facts.params}
    return takes_any or set(wanted) <= set(given)


def _defined(node: tree.ClassDef) -> set[str]:
    """The methods that a class itself defines, but for special ones."""
    names = {s.name for s in node.body if isinstance(s, tree.FunctionDef)}
    return {name for name in names if not name.startswith("__")}


def _origin(value: object) -> object:
    return getattr(value, "origin", value)


def _last_name(node: tree.Expr) -> str:
    while isinstance(node, tree.Subscript):
        node = node.value
    return last_name(node)
