"""Which names of modules are constants for good, and which attributes are set anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.facts import search, tree
from fastlint.facts.binding import targets, touched_names
from fastlint.facts.walk import walk
from fastlint.model.following.modules import Modules

_SETTER = search.spelled("setattr")
_MAKING = ("__init__", "__new__", "__post_init__", "__attrs_post_init__")


class SetAnew:
    """Looks through the project, tests left out; each name is looked for once."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._attributes: dict[str, bool] = {}
        self._literals: dict[tuple[str, str], bool] = {}
        self._loosely_set: frozenset[str] | None = None

    def is_literal(self, path: str, name: str) -> bool:
        """Whether a module's name stands for what is written there, for good: ``DEBUG = False``."""
        key = (path, name)
        found = self._literals.get(key)
        if found is None:
            self._literals[key] = False  # of modules that import one another
            found = self._literals[key] = (
                self._is_written(path, name)
                and not self._modules.mentions(path, "globals")
                and not self._is_declared(path, name)
                and not self.attribute(name)
                and path not in self._by_any_name
            )
        return found

    def _is_written(self, path: str, name: str) -> bool:
        """Whether one statement binds the name, and to a constant."""
        body = self._modules.facts(path).body
        if sum(name in touched_names(node) for node in walk(body)) != 1:
            return False
        for each in body:
            match each:
                case tree.Assign(targets=[tree.Name(id=bound)], value=tree.Constant()):
                    if bound == name:
                        return True
                case tree.AnnAssign(target=tree.Name(id=bound), value=tree.Constant()):
                    if bound == name:
                        return True
                case tree.ImportFrom(names=aliases):
                    for alias in aliases:
                        if alias.bound == name:
                            return self._is_literal_of(path, each, alias.name)
        return False

    def _is_literal_of(self, path: str, statement: tree.ImportFrom, name: str) -> bool:
        module = self._modules.absolute(path, statement.module, statement.level)
        origin = self._modules.find(path, module) if module else None
        return origin is not None and self.is_literal(origin, name)

    def _is_declared(self, path: str, name: str) -> bool:
        word = search.spelled(name)
        return any(
            isinstance(node, tree.Scope) and name in node.names
            for each in self._modules.facts(path).functions
            if search.mentions(each, word)
            for node in walk(tree.statements(each))
        )

    @property
    def _by_any_name(self) -> frozenset[str]:
        """The modules that are set by names nobody can read: ``setattr(settings, name, value)``."""
        if self._loosely_set is None:
            self._loosely_set = frozenset(self._set_loosely())
        return self._loosely_set

    def _set_loosely(self) -> Iterator[str]:
        for path in self._modules.naming(_SETTER):
            facts = self._modules.facts(path)
            bodies = [facts.body]
            bodies += [tree.statements(f) for f in facts.functions if search.mentions(f, _SETTER)]
            nodes = [node for body in bodies for node in walk(body)]
            owners = set(filter(None, map(_set_by_any_name, nodes)))
            for node in (*walk(facts.body), *nodes) if owners else ():
                for bound, module in _imported(node, path, self._modules):
                    found = self._modules.find(path, module) if bound in owners else None
                    if found is not None:
                        yield found

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


def _set_by_any_name(node: tree.Node) -> str:
    """``settings`` of ``setattr(settings, name, value)``"""
    match node:
        case tree.Call(func=tree.Name(id="setattr"), args=[tree.Name(id=owner), name, *_]):
            return "" if isinstance(name, tree.Constant) else owner
    return ""


def _imported(node: tree.Node, path: str, modules: Modules) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and the modules that they may stand for."""
    if isinstance(node, tree.Import):
        for alias in node.names:
            yield alias.bound, alias.meant
    elif isinstance(node, tree.ImportFrom):
        module = modules.absolute(path, node.module, node.level)
        for alias in node.names:
            yield alias.bound, f"{module}.{alias.name}"


def _sets(name: str, nodes: Iterable[tree.Node], *, is_making: bool) -> bool:
    for node in walk(nodes):
        if isinstance(node, tree.Call) and _is_set_by(node, name):
            return True
        for target in walk(targets(node)):
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
