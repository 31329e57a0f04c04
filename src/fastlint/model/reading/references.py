"""Where the project uses a function otherwise than by leaving it to FastAPI.

A handler or dependency whose signature changes is safe from surprises only if FastAPI alone calls
it. What is looked for is the function's name, wherever it is not registered, declared as a
dependency or written as a type; a use that cannot be told from another function's counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import children, handed, last_name
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.values import External, FunctionValue, Unknown, Value

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.following.machine import Machine
    from fastlint.model.following.modules import Modules

_DECLARING = frozenset(
    {"Depends", "Security", "add_api_route", "add_api_websocket_route", "include_router"}
)


class Use(msgspec.Struct, frozen=True, eq=False):
    """A place where a function is called, or named as something that could be called."""

    path: str
    node: tree.Name | tree.Attribute
    call: tree.Call | None
    """The call, where it is one."""
    is_imported: bool
    """Whether the name was bound by an import."""

    @property
    def span(self) -> Span:
        """The name, or the whole call."""
        return span_of(self.path, self.call or self.node)

    def may_give(self, function: Function, name: str) -> bool:
        """Whether the call may bring an argument for the parameter ``name`` of ``function``."""
        if self.call is None or any(each.name in (name, None) for each in self.call.keywords):
            return True
        position = [param.name for param in function.facts.params].index(name)
        given = self.call.args
        return position < len(given) or any(isinstance(each, tree.Starred) for each in given)


class References:
    """Finds the uses of functions. A file is read only if it could name one, and then once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._files: dict[str, _File] = {}

    def uses(self, function: Function) -> Iterator[Use]:
        """Every use of a function that is not a method; for an ``__init__``, of its class."""
        name = _name(function)
        imports = self._imports
        homes = {function.path, *imports.by_name.get(name, ())}
        knowing = homes.union(imports.with_star, *(imports.by_file.get(p, ()) for p in homes))
        for path in sorted(knowing):
            if self.machine.modules.mentions(path, search.spelled(name)):
                for use in self._file(path).uses(name):
                    if self._may_mean(function, use):
                        yield use

    def is_used(self, function: Function) -> bool:
        """Whether anything but FastAPI may call the function. A method is taken to be called."""
        if function.facts.is_method and function.name != "__init__":
            return True
        return any(True for _ in self.uses(function))

    def calls(self, function: Function) -> Iterator[Use]:
        """The calls of a function that are certainly calls of it."""
        for use in self.uses(function):
            if use.call is None or not isinstance(use.node, tree.Name):
                continue
            callee = self.machine.run_module(use.path).lookup(use.node.id)
            if isinstance(callee, FunctionValue) and _is_it(function, callee):
                yield use

    def _may_mean(self, function: Function, use: Use) -> bool:
        near = use.path == function.path or use.path in self._imports.with_star
        if near and isinstance(use.node, tree.Name):
            return True
        if not use.is_imported:
            return False
        value = self._value(use)
        if isinstance(value, FunctionValue) and value.original.facts.name == function.name:
            return _is_it(function, value)
        return not isinstance(value, External)

    def _value(self, use: Use) -> Value:
        """What a name means, or what an attribute does of what its first name means."""
        attributes: list[str] = []
        root: tree.Expr = use.node
        while isinstance(root, tree.Attribute):
            attributes.append(root.attr)
            root = root.value
        if not isinstance(root, tree.Name):
            return Unknown("not a name")
        value = self.machine.run_module(use.path).lookup(root.id)
        for name in reversed(attributes):
            value = self.machine.attribute(value, name)
        return value

    @cached_property
    def _imports(self) -> _Imports:
        return _Imports(self.machine.modules)

    def _file(self, path: str) -> _File:
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = _File(path, self.machine.modules.facts(path))
        return found


class _Imports:
    """Who imports what of the project."""

    def __init__(self, modules: Modules) -> None:
        self.by_name: dict[str, set[str]] = {}
        self.by_file: dict[str, set[str]] = {}
        self.with_star: set[str] = set()
        for path in modules.paths:
            for fact in modules.facts(path).imports:
                module = modules.absolute(path, fact.module, fact.level)
                for name in fact.names:
                    self.by_name.setdefault(name, set()).add(path)
                if "*" in fact.names:
                    self.with_star.add(path)
                parts = module.split(".") if module else []
                meant = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
                for each in (*meant, *(f"{module}.{name}" for name in fact.names)):
                    found = modules.find(path, each)
                    if found is not None:
                        self.by_file.setdefault(found, set()).add(path)


class _File:
    """The uses of names in one file. A function's body is read only if it could hold one."""

    def __init__(self, path: str, facts: tree.ModuleFacts) -> None:
        self.path = path
        self.facts = facts
        self.module = _Scope(facts.body)
        self._bodies = search.joined(facts.functions)
        outside = list(self._in(self.module, {}))
        for function in facts.functions:
            defaults = [param.default for param in function.params if param.default]
            scope = _Scope([*function.decorators, *defaults])
            outside += self._in(scope, self.module.imported)
        self._outside = _by_name(outside)
        self._inside: dict[int, dict[str, list[Use]]] = {}

    def uses(self, name: str) -> Iterator[Use]:
        """Every use of what was called ``name`` before it was imported."""
        yield from self._outside.get(name, ())
        spellings = [bound for bound, was in self.module.imported.items() if was == name]
        words = [search.spelled(word) for word in (name, *spellings)]
        if not search.mentioned(self._bodies, *words):
            return
        for function in self.facts.functions:
            if search.mentions(function, *words):
                yield from self._in_function(function).get(name, ())

    def _in_function(self, function: tree.FunctionFacts) -> dict[str, list[Use]]:
        found = self._inside.get(function.index)
        if found is None:
            scope = _Scope(tree.statements(function))
            local = {param.name for param in function.params} | scope.assigned
            outer = {k: v for k, v in self.module.imported.items() if k not in local}
            found = self._inside[function.index] = _by_name(self._in(scope, outer, local))
        return found

    def _in(
        self, scope: _Scope, outer: dict[str, str], local: set[str] | frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, Use]]:
        imported = {**outer, **scope.imported}
        for node, call in scope.read:
            root: tree.Expr = node
            while isinstance(root, tree.Attribute):
                root = root.value
            if not isinstance(root, tree.Name) or (root.id in local and root.id not in imported):
                continue
            is_imported = root.id in imported
            if isinstance(node, tree.Attribute):
                name = node.attr if is_imported else ""
            else:
                name = imported.get(node.id, node.id)
            if name:
                yield name, Use(self.path, node, call, is_imported)


def _by_name(uses: Iterable[tuple[str, Use]]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for name, use in uses:
        found.setdefault(name, []).append(use)
    return found


class _Scope:
    """What stands in a block: the names that are read, imported and assigned."""

    def __init__(self, nodes: list[tree.Expr] | list[tree.Stmt]) -> None:
        self.read: list[tuple[tree.Name | tree.Attribute, tree.Call | None]] = []
        self.imported: dict[str, str] = {}
        self.assigned: set[str] = set()
        stack: list[tuple[tree.Node, tree.Call | None]] = [(node, None) for node in nodes]
        while stack:
            node, call = stack.pop()
            if isinstance(node, tree.Name):
                self.read.append((node, call))
            elif isinstance(node, tree.Attribute):
                self.read.append((node, call))
                stack.append((node.value, None))
            elif isinstance(node, tree.Call):
                stack.append((node.func, node))
                stack.extend((given, None) for given in _given(node))
            else:
                stack.extend((child, None) for child in self._below(node))

    def _below(self, node: tree.Node) -> Iterator[tree.Node]:
        """What is evaluated below ``node``, but for types and overrides of dependencies."""
        match node:
            case tree.Import(names=aliases) | tree.ImportFrom(names=aliases):
                self.imported.update((alias.bound, alias.name) for alias in aliases)
            case tree.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, tree.Name):
                        self.assigned.add(target.id)
                    else:
                        yield target
                yield value
            case tree.AnnAssign(target=target, value=value):
                yield target
                if value is not None:
                    yield value
            case tree.Subscript(value=tree.Attribute(attr="dependency_overrides")):
                return
            case tree.Lambda(params=params, body=body):
                yield from (param.default for param in params if param.default)
                yield body
            case _:
                yield from children(node)


def _given(call: tree.Call) -> Iterator[tree.Expr]:
    """The arguments of a call; not what a declaration such as ``Depends(f)`` only names."""
    declares = last_name(call.func) in _DECLARING
    for given in handed(call):
        if not (declares and isinstance(given, tree.Name | tree.Attribute)):
            yield given


def _is_it(function: Function, value: FunctionValue) -> bool:
    original = value.original
    return (original.path, original.facts.index) == (function.path, function.facts.index)


def _name(function: Function) -> str:
    parts = function.facts.qualname.split(".")
    return parts[-2] if function.name == "__init__" and len(parts) > 1 else parts[-1]
