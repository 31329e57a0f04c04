"""Modules that the project imports by names that it keeps as text: plug-ins, lazy features."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.following.modules import Modules

_IMPORTING = ("import_module", "__import__", "import_string")


def is_imported_by_name(
    name: str, modules: Modules, paths: Iterable[str], known: Collection[str]
) -> bool:
    """Whether a file that imports modules by name has the name of a module as text.

    ``known`` are the texts of which it is known what is imported by them. The text may name the
    module from further up than the project's other imports do.
    """
    for path in paths:
        if modules.mentions(path, name) and modules.mentions(path, *_IMPORTING):
            facts = modules.facts(path)
            for body in (facts.body, *(tree.statements(each) for each in facts.functions)):
                named = (text for text in _texts(body) if text not in known)
                if any(text == name or text.endswith(f".{name}") for text in named):
                    return True
    return False


def _texts(body: list[tree.Stmt]) -> Iterable[str]:
    for node in walk(body):
        if isinstance(node, tree.Constant) and isinstance(node.value, str) and not node.kind:
            yield node.value.partition(":")[0]
