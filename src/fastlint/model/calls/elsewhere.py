"""Which functions some thread may run, as far as the names in the code tell.

What only coroutines call, or what runs on the event loop, runs there as well; and what nobody names
is not run at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import decorator_name, last_name, walk
from fastlint.model.reading.own_names import root

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

Place = tuple[str, int]
"""The file and the index of a function."""

_TRANSPARENT = frozenset(
    {"abstractmethod", "classmethod", "contextmanager", "override", "property", "staticmethod"}
)
"""Decorators that leave it to others to call the function."""


class Elsewhere:
    """Asks who calls a function, and who calls those."""

    def __init__(self, machine: Machine, on_loop: frozenset[Place]) -> None:
        self._machine = machine
        self._on_loop = on_loop
        self._known: dict[Place, bool] = {}

    def may_run(self, function: tree.FunctionFacts, home: str) -> bool:
        """Whether something that does not run on the event loop may run the function."""
        if not {decorator_name(each) for each in function.decorators} <= _TRANSPARENT:
            return True
        name = function.name
        if name.startswith("__"):
            return True  # operators call it, which name nothing
        key = (home, function.index)
        if key not in self._known:
            self._known[key] = False  # what calls itself
            naming = self._machine.modules.naming(search.spelled(name))
            self._known[key] = any(self._names(name, path, home) for path in naming)
        return self._known[key]

    def _names(self, name: str, path: str, home: str) -> bool:
        facts, word = self._machine.modules.facts(path), search.spelled(name)
        if any(last_name(node) == name for node in walk(_outside(facts))):
            return True
        return any(
            self._runs(name, each, path, home)
            for each in facts.functions
            if search.mentions(each, word)
        )

    def _runs(self, name: str, caller: tree.FunctionFacts, path: str, home: str) -> bool:
        """Whether a function calls it elsewhere, or hands it to somebody who may."""
        nodes = list(walk(tree.statements(caller)))
        called = {id(node.func) for node in nodes if isinstance(node, tree.Call)}
        read = (node for node in nodes if isinstance(node, tree.Name | tree.Attribute))
        named = [node for node in read if last_name(node) == name]
        if path != home:  # what another class has of that name
            named = [node for node in named if root(node) not in ("cls", "self")]
        if any(id(node) not in called for node in named):
            return True
        if caller.is_async or (path, caller.index) in self._on_loop:
            return False
        return bool(named) and self.may_run(caller, path)


def _outside(facts: tree.ModuleFacts) -> Iterator[tree.Node]:
    """What of a file stands in no function's body."""
    stack: list[tree.Node] = [*facts.body]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, tree.ClassDef):
            stack.extend(node.body)
    for function in facts.functions:
        yield from function.decorators
        for param in function.params:
            yield from filter(None, (param.annotation, param.default))
