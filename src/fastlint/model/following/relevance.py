"""Which files of a project can have to do with its routes, by what they import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from fastlint.facts import tree
from fastlint.model.following.functions import is_test
from fastlint.model.following.modules import Modules

_Edges = Mapping[str, Iterable[str]]


def relevant(modules: Modules, web: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The files that import FastAPI, with their importers, and others that act when imported.

    ``web`` are the packages that FastAPI comes from. The others know nothing of it; they say what
    prefixes, tags and lists are, to files that do.
    """
    imports: defaultdict[str, set[str]] = defaultdict(set)
    importers: defaultdict[str, set[str]] = defaultdict(set)
    users: set[str] = set()
    for path in modules.paths:
        for name in _imported(modules, path):
            if name.split(".", 1)[0] in web:
                users.add(path)
            target = modules.find(path, name)
            if target is not None:
                imports[path].add(target)
                importers[target].add(path)
    eager = _reached(users, importers)
    below = _reached((path for path in eager if not is_test(path)), imports)
    return eager, frozenset(path for path in below - eager if _acts(modules.facts(path)))


def _reached(start: Iterable[str], edges: _Edges) -> frozenset[str]:
    """The files where a walk begins, and all to which the edges lead from there."""
    found = set(start)
    stack = list(found)
    while stack:
        for path in edges.get(stack.pop(), ()):
            if path not in found:
                found.add(path)
                stack.append(path)
    return frozenset(found)


def _acts(facts: tree.ModuleFacts) -> bool:
    """Whether the module level calls something for what it does, or sets attributes of others."""
    for statement in facts.body:
        match statement:
            case tree.ExprStmt(value=tree.Call()) | tree.For():
                return True
            case tree.Assign(targets=targets) if any(
                isinstance(each, tree.Attribute | tree.Subscript) for each in targets
            ):
                return True
    return False


def _imported(modules: Modules, path: str) -> Iterator[str]:
    for fact in modules.facts(path).imports:
        module = modules.absolute(path, fact.module, fact.level)
        if module:
            yield module
            for name in fact.names:
                yield f"{module}.{name}"
