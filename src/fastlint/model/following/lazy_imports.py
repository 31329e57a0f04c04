"""Modules that the project imports by names that it keeps as text: plug-ins, lazy features."""

from __future__ import annotations

from collections.abc import Iterable

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.modules import Modules

_IMPORTING = ("import_module", "__import__", "import_string")


def imported_by_name(modules: Modules, paths: Iterable[str]) -> frozenset[str]:
    """The dotted names that stand as text in files that import modules by name."""
    found: set[str] = set()
    for path in paths:
        if any(modules.mentions(path, word) for word in _IMPORTING):
            facts = modules.facts(path)
            for body in (facts.body, *(tree.statements(each) for each in facts.functions)):
                found.update(_texts(body))
    return frozenset(found)


def _texts(body: list[tree.Stmt]) -> Iterable[str]:
    for node in walk(body):
        if isinstance(node, tree.Constant) and isinstance(node.value, str) and not node.kind:
            yield node.value.partition(":")[0]
