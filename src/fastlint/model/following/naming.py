"""Whether a file's code does anything with a name of its module level, or another file with it.

What registers on a router (``router.get``) leaves it where it is; anything else may put it to use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import children
from fastlint.model.following.fastapi.router_attributes import ROUTER_METHODS

if TYPE_CHECKING:
    from fastlint.model.following.modules import Modules


def is_put_to_use(modules: Modules, path: str, name: str) -> bool:
    """Whether the router that the file binds to ``name`` may be put to use in the project."""
    return _is_used(modules, path, name, set())


def _is_used(modules: Modules, path: str, name: str, seen: set[tuple[str, str]]) -> bool:
    if (path, name) in seen:
        return False
    seen.add((path, name))
    if _reads(modules, path, name):
        return True
    last = modules.name(path).rpartition(".")[2]
    return any(
        _is_used_by(modules, importer, path, name, seen)
        for importer in modules.paths
        if importer != path and modules.mentions(importer, last)
    )


def _is_used_by(
    modules: Modules, importer: str, path: str, name: str, seen: set[tuple[str, str]]
) -> bool:
    """Whether another file puts the name to use that it imports from ``path``."""
    for node in _nodes(modules, importer):
        if isinstance(node, tree.ImportFrom):
            module = modules.absolute(importer, node.module, node.level)
            for alias in node.names:
                if modules.find(importer, module) == path:
                    if alias.name == "*":
                        return True
                    if alias.name == name and _is_used(modules, importer, alias.bound, seen):
                        return True
                if modules.find(importer, f"{module}.{alias.name}") == path and _asks(
                    modules, importer, alias.bound, name
                ):
                    return True
        elif isinstance(node, tree.Import):
            for alias in node.names:
                if modules.find(importer, alias.name) == path and _asks(
                    modules, importer, alias.bound, name
                ):
                    return True
    return False


def _asks(modules: Modules, path: str, module: str, name: str) -> bool:
    """Whether a file asks the module that it knows as ``module`` for ``name``, or hands it on.

    Another module that is asked for a name of its own, ``items.router``, is not this one.
    """
    inner: set[int] = set()
    for node in _nodes(modules, path):
        if isinstance(node, tree.Attribute):
            of = node.value
            if node.attr == name and not (isinstance(of, tree.Name) and of.id != module):
                return True
            inner.add(id(of))
        elif isinstance(node, tree.Name) and node.id == module and id(node) not in inner:
            return True
    return False


def _reads(modules: Modules, path: str, name: str) -> bool:
    """Whether the file reads the name otherwise than to register something on the router."""
    passed: set[int] = set()
    for node in _nodes(modules, path):
        if isinstance(node, tree.Attribute) and node.attr in ROUTER_METHODS:
            passed.add(id(node.value))
        elif isinstance(node, tree.Assign):
            passed.update(id(target) for target in node.targets)
        elif isinstance(node, tree.AnnAssign):
            passed.add(id(node.target))
        elif isinstance(node, tree.Name) and node.id == name and id(node) not in passed:
            return True
    return False


def _nodes(modules: Modules, path: str) -> Iterator[tree.Node]:
    """Every node of the file, functions and classes included, each before those below it."""
    facts = modules.facts(path)
    stack: list[tree.Node] = list(facts.body)
    for function in facts.functions:
        stack += tree.statements(function)
        stack += function.decorators
        for param in function.params:
            stack += [each for each in (param.default, param.annotation) if each is not None]
    while stack:
        node = stack.pop()
        yield node
        stack += children(node)
