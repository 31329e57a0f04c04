"""Where a file names something from outside the project, by what its own imports say.

Names are as the file imports them, not as the model calls them: ``pydantic.BaseSettings`` and
``pydantic_settings.BaseSettings`` are two, though both are the same class to the model. What is
imported under a condition (``except ImportError``, ``if PYDANTIC_V2``) is left out: such code
speaks to two versions at once, and knows it. So is what stands under a test of a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import children, last_name, names, walk
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.functions import Module

_VERSION = re.compile(
    r"__version__|VERSION|version_info"
    r"|(?i:\w*(?:pydantic|fastapi|starlette|httpx|sqlalchemy|sqlmodel)_?(?:v\d|version)\w*)"
)
"""Names of what is asked for a version."""


class Mention(msgspec.Struct, frozen=True, eq=False):
    """A place where a name from outside is imported or read."""

    dotted: str
    """``starlette.status.HTTP_404_NOT_FOUND``, as far as the file spells it out."""
    node: tree.Name | tree.Attribute | tree.Alias
    path: str
    call: tree.Call | None = None
    """The call, where the name is what is called."""

    @property
    def span(self) -> Span:
        """The name as written; for what an import names, its ``name as bound``."""
        return span_of(self.path, self.node)

    @property
    def is_import(self) -> bool:
        """Whether it is named by a ``from`` import, not read."""
        return isinstance(self.node, tree.Alias)


def imported_packages(module: Module) -> Iterator[str]:
    """The first part of the name of everything that a file imports from outside or from above."""
    return (_root(fact.module) for fact in module.facts.imports if not fact.level)


def mentions(
    module: Module, packages: frozenset[str], together: Sequence[tuple[bytes, ...]]
) -> Iterator[Mention]:
    """Every mention of something that belongs to one of the packages, outermost scope first.

    Functions in which no words of ``together`` (see `search.spelled`) stand together are not looked
    into, unless others are defined in them.
    """
    if any(name in packages for name in imported_packages(module)):
        yield from _File(module, packages, together).mentions()


class _File:
    def __init__(
        self, module: Module, packages: frozenset[str], together: Sequence[tuple[bytes, ...]]
    ) -> None:
        self.module = module
        self.packages = packages
        self.together = together
        self.found: list[Mention] = []

    def mentions(self) -> list[Mention]:
        self._scope(self.module.facts.body, {})
        return self.found

    def _scope(self, body: list[tree.Stmt], outer: dict[str, str], *params: str) -> None:
        """Look through a block with names of its own, then through what is nested in it."""
        scope = _Scope(self.packages)
        for statement in body:
            scope.read(statement)
        known = {k: v for k, v in outer.items() if k not in scope.bound and k not in params}
        known.update((k, v) for k, v in scope.imported.items() if k not in scope.rebound)
        self.found.extend(
            Mention(dotted, alias, self.module.path) for dotted, alias in scope.aliases
        )
        for node, call in scope.names:
            self._name(node, call, known)
        for function in scope.functions:
            self._function(self.module.facts.functions[function.index], known)
        for made in scope.classes:
            self._scope(made.body, known)

    def _function(self, facts: tree.FunctionFacts, known: dict[str, str]) -> None:
        header = _Scope(self.packages)
        given = [each for p in facts.params for each in (p.annotation, p.default)]
        for node in (*facts.decorators, *given, facts.returns):
            if node is not None:
                header.read(node)
        for name, call in header.names:
            self._name(name, call, known)
        if self._holds_another(facts) or any(
            search.mentions_all(facts, *words) for words in self.together
        ):
            self._scope(tree.statements(facts), known, *(param.name for param in facts.params))

    def _holds_another(self, facts: tree.FunctionFacts) -> bool:
        """Whether a function is defined in this one: its header is no part of this one's body."""
        functions = self.module.facts.functions
        following = functions[facts.index + 1 : facts.index + 2]
        return any(each.qualname.startswith(f"{facts.qualname}.<locals>.") for each in following)

    def _name(self, node: tree.Expr, call: tree.Call | None, known: dict[str, str]) -> None:
        parts: list[str] = []
        at = node
        while isinstance(at, tree.Attribute):
            parts.append(at.attr)
            at = at.value
        if isinstance(at, tree.Name) and at.id in known and isinstance(node, _READ):
            dotted = ".".join([known[at.id], *reversed(parts)])
            self.found.append(Mention(dotted, node, self.module.path, call))


_READ = (tree.Name, tree.Attribute)


_MISSING = {"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError"}


class _Scope:
    """What stands in one block: the names that it imports, binds and reads."""

    def __init__(self, packages: frozenset[str]) -> None:
        self.packages = packages
        self.imported: dict[str, str] = {}
        self.aliases: list[tuple[str, tree.Alias]] = []
        self.bound: set[str] = set()
        self.rebound: set[str] = set()
        """Names that are bound otherwise than by one unconditional import."""
        self.names: list[tuple[tree.Expr, tree.Call | None]] = []
        self.functions: list[tree.FunctionDef] = []
        self.classes: list[tree.ClassDef] = []
        self._conditions = 0

    def read(self, node: tree.Node, call: tree.Call | None = None) -> None:
        """Note what a node imports, binds and reads."""
        match node:
            case tree.Name() | tree.Attribute():
                self.names.append((node, call))
                if isinstance(node, tree.Attribute) and not isinstance(node.value, _READ):
                    self.read(node.value)
            case tree.Call():
                self.read(node.func, node)
                for given in (*node.args, *node.keywords):
                    self.read(given)
            case tree.Constant():
                pass
            case tree.Import() | tree.ImportFrom():
                self._import(node)
            case tree.FunctionDef():
                self._bind(node.name)
                self.functions.append(node)
            case tree.ClassDef():
                self._bind(node.name)
                self.classes.append(node)
                for part in (*node.decorators, *node.bases, *node.keywords):
                    self.read(part)
            case tree.If():
                self._if(node)
            case tree.Try():
                self._try(node)
            case _:
                self._other(node)

    def _if(self, node: tree.If) -> None:
        self.read(node.test)
        kept = len(self.names)
        self._conditions += not _is_for_types(node.test)
        for each in (*node.body, *node.orelse):
            self.read(each)
        if _asks_version(node.test):
            del self.names[kept:]
        self._conditions -= not _is_for_types(node.test)

    def _try(self, node: tree.Try) -> None:
        self._conditions += bool(node.handlers)
        for each in (*node.body, *node.orelse, *node.final):
            self.read(each)
        for handler in node.handlers:
            kept = len(self.names)
            self.read(handler)
            if _MISSING & set(names([handler.caught] if handler.caught else [])):
                del self.names[kept:]  # what a version that lacks the new name has
        self._conditions -= bool(node.handlers)

    def _other(self, node: tree.Node) -> None:
        match node:
            case tree.Assign(targets=targets):
                for target in targets:
                    self._target(target)
            case tree.AnnAssign(target=target) | tree.AugAssign(target=target):
                self._target(target)
            case tree.For(target=target) | tree.Clause(target=target):
                self._target(target)
            case tree.WithItem(target=target) if target is not None:
                self._target(target)
            case tree.Walrus(name=name) | tree.Handler(name=str(name)) | tree.TypeAlias(name=name):
                self._bind(name)
            case tree.Case(bound=names):
                for name in names:
                    self._bind(name)
            case tree.Lambda(params=params):
                for param in params:
                    self._bind(param.name)
        for each in children(node):
            self.read(each)

    def _target(self, target: tree.Expr) -> None:
        if isinstance(target, tree.Name):
            self._bind(target.id)
        elif isinstance(target, tree.Sequence):
            for item in target.items:
                self._target(item)
        elif isinstance(target, tree.Starred):
            self._target(target.value)

    def _bind(self, name: str) -> None:
        self.bound.add(name)
        self.rebound.add(name)

    def _import(self, node: tree.Import | tree.ImportFrom) -> None:
        is_from = isinstance(node, tree.ImportFrom)
        for alias in node.names:
            module = node.module if isinstance(node, tree.ImportFrom) else alias.name
            ours = _root(module) in self.packages and not getattr(node, "level", 0)
            if not ours or self._conditions:
                self._bind(alias.bound)
                continue
            self.bound.add(alias.bound)
            dotted = f"{module}.{alias.name}" if is_from else alias.name
            self.aliases.append((dotted, alias))
            self.imported[alias.bound] = dotted if is_from else alias.meant


def _is_for_types(test: tree.Expr) -> bool:
    return last_name(test) == "TYPE_CHECKING"


def _asks_version(test: tree.Expr) -> bool:
    """``if httpx_version >= "0.28"``, ``if pydantic.VERSION.startswith("2")``"""
    read = (last_name(node) for node in walk([test]))
    return any(_VERSION.fullmatch(name) for name in read)


def _root(module: str) -> str:
    return module.partition(".")[0]
