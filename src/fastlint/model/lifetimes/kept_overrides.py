"""Dependency overrides that outlast the test that sets them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import decorator_name, walk
from fastlint.findings import Span
from fastlint.model.following.functions import Function, Module
from fastlint.model.reading.own_names import own_names, root

if TYPE_CHECKING:
    from fastlint.model.project import Project

_OVERRIDES = "dependency_overrides"
_WORD = search.spelled(_OVERRIDES)
_UNSETS = frozenset({"clear", "pop", "popitem", "setattr", "setitem", "dict", "object"})
"""Methods that take overrides away, and those of mocks that give them back by themselves."""


class Kept(msgspec.Struct, frozen=True, eq=False):
    """An override that nothing takes away again."""

    span: Span
    app: str
    """What the app is called there."""
    by: str
    """``test`` or ``fixture``"""
    name: str
    """Of the test or fixture."""


def kept_overrides(project: Project) -> Iterator[Kept]:
    """The overrides that tests and their fixtures leave behind, one for each function."""
    index = project.modules_index
    tests = [m for m in project.modules if m.is_test and index.mentions(m.path, _WORD)]
    if any(m.path.endswith("conftest.py") and _unsets_for_others(m) for m in tests):
        return
    for module in tests:
        if not _unsets_for_others(module):
            for facts in module.facts.functions:
                by = _kind(facts)
                if by and search.mentions(facts, _WORD):
                    yield from _in(Function(module.name, module.path, facts), by)


def _in(function: Function, by: str) -> Iterator[Kept]:
    if any(map(_unsets, function.nodes)):
        return
    own = own_names(function)
    for node in function.nodes:
        for target in node.targets if isinstance(node, tree.Assign) else ():
            if isinstance(target, tree.Subscript) and _names_overrides(target.value):
                app = root(target)
                if app not in own:  # which may be a new app for each test
                    yield Kept(function.at(node), app, by, function.name)
                    return


def _kind(facts: tree.FunctionFacts) -> str:
    """``test``, or ``fixture`` of one that is made anew for each test; else empty."""
    for decorator in facts.decorators:
        if decorator_name(decorator) == "fixture":
            keywords = decorator.keywords if isinstance(decorator, tree.Call) else []
            return "" if any(each.name == "scope" for each in keywords) else "fixture"
    return "test" if facts.name.startswith("test") else ""


def _unsets_for_others(module: Module) -> bool:
    """Whether something in the file that is no test takes overrides away."""
    others = [f for f in module.facts.functions if _kind(f) != "test" and search.mentions(f, _WORD)]
    bodies = [module.facts.body, *(tree.statements(each) for each in others)]
    return any(_unsets(node) for body in bodies for node in walk(body))


def _unsets(node: tree.Node) -> bool:
    """Whether overrides are taken away or replaced as a whole, or a mock sees to that."""
    match node:
        case tree.Call(func=tree.Attribute(value=owner, attr=attr), args=args) if attr in _UNSETS:
            return any(map(_names_overrides, (owner, *args)))
        case tree.Assign(targets=targets):
            return any(map(_names_overrides, targets))
        case tree.Delete(targets=targets):
            return any(isinstance(t, tree.Subscript) and _names_overrides(t.value) for t in targets)
    return False


def _names_overrides(node: tree.Expr) -> bool:
    if isinstance(node, tree.Constant):
        return isinstance(node.value, str) and _OVERRIDES in node.value
    return isinstance(node, tree.Attribute) and node.attr == _OVERRIDES
