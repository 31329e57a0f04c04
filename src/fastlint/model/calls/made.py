"""Of which of its own classes the project makes objects, or hands on the class so that others do.

A class that nobody makes an object of is none that stands behind an abstract type: a base that is
kept for others to derive from, or one that only tests use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import children, decorator_name, handed, last_name, walk
from fastlint.model.following import classes
from fastlint.model.following.values import ClassValue
from fastlint.model.reading.own_names import root

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_ONLY_ASK = frozenset({"cast", "isinstance", "issubclass"})
"""They are given classes, and make no objects of them."""
_KEEP_NONE = frozenset(
    {
        "attrs", "dataclass", "define", "deprecated", "final", "frozen", "mutable",
        "runtime_checkable", "s", "total_ordering",
    }
)  # fmt: skip
"""Decorators that hand the class to nobody."""


class Makers:
    """Looks for who makes objects of a class; each class is looked for once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._modules = machine.modules
        self._known: dict[int, bool] = {}

    def are_there(self, cls: ClassValue) -> bool:
        """Whether some code of the project, tests left out, makes objects of the class."""
        if id(cls) not in self._known:
            naming = self._modules.naming(cls.node.name)
            self._known[id(cls)] = any(self._makes(cls, path) for path in naming)
        return self._known[id(cls)]

    def beside(self, cls: ClassValue) -> Iterator[tree.Expr]:
        """What stands beside the class, or a call of it, as what it may be registered under.

        ``register("a", A())``, ``A("a")``, ``known["a"] = A()``, ``{"a": A}``, ``@plug("a")``
        """
        for path in self._modules.naming(cls.node.name):
            for nodes, known in self._blocks(cls, path):
                for node in walk(nodes):
                    yield from _beside(node, known)

    def _makes(self, cls: ClassValue, path: str) -> bool:
        return any(_is_given_on(nodes, known) for nodes, known in self._blocks(cls, path))

    def _blocks(self, cls: ClassValue, path: str) -> Iterator[tuple[Sequence[tree.Node], _Spelled]]:
        """The module level and the functions that name the class, and what it is there."""
        facts = self._modules.facts(path)
        outside: list[tree.Node] = [*facts.body]
        for function in facts.functions:
            outside.extend(each.default for each in function.params if each.default is not None)
            outside.extend(function.decorators)
        known = self._spelled(cls, path, facts.body)
        yield outside, known
        words = [each.encode() for each in {cls.node.name, *known.names}]
        for function in facts.functions:
            if search.mentions(function, *words):
                body = tree.statements(function)
                yield body, known.and_also(self._spelled(cls, path, body))

    def _spelled(self, cls: ClassValue, path: str, block: Iterable[tree.Stmt]) -> _Spelled:
        """What is the class there, by the imports of a block: others may be called the same."""
        names, modules = set[str](), set[str]()
        if path == cls.path:
            names.add(cls.node.name)
        for node in walk(block):
            if isinstance(node, tree.ImportFrom):
                module = self._modules.absolute(path, node.module, node.level)
                home = self._modules.find(path, module)
                for alias in node.names:
                    if home is not None and alias.name in (cls.node.name, "*"):
                        found = self._machine.module_attribute(home, cls.node.name)
                        names.update({alias.bound, cls.node.name} if found is cls else ())
                    elif self._modules.find(path, f"{module}.{alias.name}") is not None:
                        modules.add(alias.bound)
            elif isinstance(node, tree.Import):
                ours = (a for a in node.names if self._modules.find(path, a.name) is not None)
                modules.update(alias.bound for alias in ours)
        return _Spelled(cls, frozenset(names), frozenset(modules))


class _Spelled(msgspec.Struct, frozen=True, eq=False):
    """By which expressions a class is meant."""

    cls: ClassValue
    names: frozenset[str]
    """What it is called by itself."""
    modules: frozenset[str]
    """What the modules are called that may have it."""

    def and_also(self, other: _Spelled) -> _Spelled:
        """What either of two blocks says."""
        return _Spelled(self.cls, self.names | other.names, self.modules | other.modules)

    def is_meant(self, node: object) -> bool:
        """Whether an expression is the class."""
        if isinstance(node, tree.Attribute):
            return node.attr == self.cls.node.name and root(node) in self.modules
        return isinstance(node, tree.Name) and node.id in self.names

    def is_one(self, node: tree.Expr) -> bool:
        """Whether an expression is the class, or an object that is made of it there."""
        return self.is_meant(node.func if isinstance(node, tree.Call) else node)

    def is_named(self, node: tree.Expr | None) -> bool:
        """``{"files": "app.stores.Files"}``, by which somebody imports it."""
        text = node.value if isinstance(node, tree.Constant) and not node.kind else ""
        return isinstance(text, str) and re.split("[.:]", text)[-1] == self.cls.node.name

    def is_asked(self, func: tree.Expr) -> bool:
        """``Store.open``, which gives an object unless the class says that it is static."""
        if not isinstance(func, tree.Attribute) or not self.is_meant(func.value):
            return False
        method = classes.method(self.cls, func.attr)
        return method is None or not method.is_static


def _is_given_on(nodes: Iterable[tree.Node], known: _Spelled) -> bool:
    """Whether the class is called, read as a value, or registered by its own decorator."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if known.is_meant(node):
            return True
        if _is_registered(node, known):
            return True
        stack += _values(node, known)
    return False


def _values(node: tree.Node, known: _Spelled) -> Iterator[tree.Node]:
    """What is evaluated below a node and may be kept: no types, no bases, no questions."""
    match node:
        case tree.Call(func=func):
            if last_name(func) not in _ONLY_ASK:
                yield from children(func) if known.is_asked(func) else [func]
                yield from handed(node)
        case tree.Attribute(value=value):
            yield from [] if known.is_meant(value) else [value]
        case tree.AnnAssign(value=value):
            yield from [] if value is None else [value]
        case tree.ClassDef(name=own, body=body, decorators=decorators):
            yield from [] if own in known.names else body
            yield from decorators
        case tree.Handler(body=body):
            yield from body
        case tree.Subscript(value=value, index=index):
            # `STORES["a"]`; in `Union[A, B]` and `dict[str, A]` there are types alone.
            yield value
            yield from [] if isinstance(index, tree.Sequence) else [index]
        case tree.BinOp(op="|"):
            return
        case tree.Lambda(body=body):
            yield body
        case _:
            yield from children(node)


def _beside(node: tree.Node, known: _Spelled) -> Iterator[tree.Expr]:
    match node:
        case tree.Call(func=func):
            given = [*handed(node)]
            if known.is_meant(func) or any(known.is_one(each) for each in given):
                yield from given
        case tree.Assign(targets=[tree.Subscript(index=index)], value=value):
            yield from [index] if known.is_one(value) else []
        case tree.DictDisplay(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None and known.is_one(value):
                    yield key
        case tree.ClassDef(name=name, decorators=decorators) if name in known.names:
            for each in decorators:
                yield from handed(each) if isinstance(each, tree.Call) else []


def _is_registered(node: tree.Node, known: _Spelled) -> bool:
    """``@register("memory")``, ``{"memory": "app.stores.Memory"}``"""
    match node:
        case tree.ClassDef(name=name, decorators=decorators) if name in known.names:
            return not {decorator_name(each) for each in decorators} <= _KEEP_NONE
        case tree.DictDisplay(keys=keys, values=values):
            return any(map(known.is_named, (*keys, *values)))
    return False
