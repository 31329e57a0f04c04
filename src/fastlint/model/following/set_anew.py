"""Which names of modules, and which attributes, are set anew once they have been made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following.modules import Modules

_MAKING = ("__init__", "__new__", "__post_init__", "__attrs_post_init__")


class SetAnew:
    """Looks through the project, tests left out; each name is looked for once."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._attributes: dict[str, bool] = {}
        self._names: dict[tuple[str, str], bool] = {}

    def name(self, path: str, name: str) -> bool:
        """Whether something binds a module's name anew: ``global DEBUG``, ``flags.DEBUG = 1``."""
        key = (path, name)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = (
                self._modules.mentions(path, "globals")
                or self._is_declared(path, name)
                or self.attribute(name)
            )
        return found

    def _is_declared(self, path: str, name: str) -> bool:
        word = search.spelled(name)
        return any(
            isinstance(node, tree.Scope) and name in node.names
            for each in self._modules.facts(path).functions
            if search.mentions(each, word)
            for node in walk(tree.statements(each))
        )

    def attribute(self, name: str) -> bool:
        """Whether an attribute of the name is set on what has been made already."""
        found = self._attributes.get(name)
        if found is None:
            word = search.spelled(name)
            found = self._attributes[name] = any(
                _sets(name, nodes, is_making=is_making)
                for path in self._modules.naming(word)
                for nodes, is_making in _bodies(self._modules.facts(path), word)
            )
        return found


def _bodies(facts: tree.ModuleFacts, word: bytes) -> Iterator[tuple[Iterable[tree.Node], bool]]:
    """What may set it, and whether that makes the object."""
    yield facts.body, False
    for each in facts.functions:
        if search.mentions(each, word):
            yield tree.statements(each), each.is_method and each.name in _MAKING


def _sets(name: str, nodes: Iterable[tree.Node], *, is_making: bool) -> bool:
    for node in walk(nodes):
        if isinstance(node, tree.Call) and _is_set_by(node, name):
            return True
        for target in walk(_targets(node)):
            if isinstance(target, tree.Attribute) and target.attr == name:
                is_own = isinstance(target.value, tree.Name) and target.value.id == "self"
                if not (is_making and is_own):
                    return True
    return False


def _is_set_by(call: tree.Call, name: str) -> bool:
    """``setattr(settings, "debug", True)``"""
    match call:
        case tree.Call(
            func=tree.Name(id="setattr" | "delattr"), args=[_, tree.Constant(value=said), *_]
        ):
            return said == name
    return False


def _targets(node: tree.Node) -> list[tree.Expr]:
    match node:
        case tree.Assign(targets=targets) | tree.Delete(targets=targets):
            return targets
        case (
            tree.AugAssign(target=target) | tree.AnnAssign(target=target) | tree.For(target=target)
        ):
            return [target]
        case tree.WithItem(target=target) if target is not None:
            return [target]
    return []
