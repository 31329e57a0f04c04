"""Which functions may return an HTTP exception, told from their own words alone.

To follow a function costs hundreds of times what it costs to look at its ``return`` statements, so
whatever certainly returns nothing of the kind is left out before anything is followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function, Module
    from fastlint.model.project import Project

Key = tuple[str, int]
"""A function's file and its index there."""
_BASE = "HTTPException"


class Suspects(msgspec.Struct, frozen=True):
    """The functions that may return an HTTP exception."""

    known: frozenset[Key]
    """All of them."""
    naming: frozenset[Key]
    """Those that name an exception's class themselves."""


def suspects(project: Project) -> Suspects:
    """The functions that name an HTTP exception, or call what gives one, and return it."""
    names = project.exception_names
    naming: set[Key] = set()
    known: set[Key] = set()
    asked = names
    while asked:
        makers: set[str] = set()
        for function in _naming(project, asked):
            key = (function.path, function.facts.index)
            if key not in known:
                if asked is names:
                    naming.add(key)
                if not asked.isdisjoint(_returned(function)):
                    known.add(key)
                    makers.add(function.name)
        asked = frozenset(makers)
    return Suspects(frozenset(known), frozenset(known & naming))


def _naming(project: Project, names: frozenset[str]) -> Iterator[Function]:
    """The functions in whose bodies one of the names stands."""
    words = [name.encode() for name in sorted(names)]
    files = {m.path for m in project.modules if project.modules_index.mentions(m.path, *words)}
    for function in project.functions:
        if function.path in files and search.mentions(function.facts, *words):
            yield function


def exception_names(modules: Iterable[Module]) -> frozenset[str]:
    """``HTTPException``, what files import it as, and the project's classes that derive from it."""
    known = {_BASE}
    derived: list[tuple[str, set[str]]] = []
    for module in modules:
        for statement in module.facts.body:
            if isinstance(statement, tree.ClassDef):
                bases = {last_name(base) for base in statement.bases}
                derived.append((statement.name, bases))
            elif isinstance(statement, tree.ImportFrom):
                derived += [(a.bound, {a.name}) for a in statement.names if a.name != a.bound]
    grown = True
    while grown:
        more = {
            name
            for name, bases in derived
            if not known.isdisjoint(bases) or any(base.endswith(_BASE) for base in bases)
        }
        grown = not more <= known
        known |= more
    return frozenset(known)


def _returned(function: Function) -> Iterator[str]:
    """The last name of every call that is returned, at once or by way of a variable.

    A variable that ``except … as`` binds counts as an exception.
    """
    variables: dict[str, set[str]] = {}
    given: list[tree.Expr] = []
    for node in function.nodes:
        match node:
            case tree.Return(value=value) if value is not None:
                given.append(value)
            case tree.Assign(targets=[tree.Name(id=name)], value=value):
                variables.setdefault(name, set()).add(_callee(value))
            case tree.Handler(name=str(name)):
                variables.setdefault(name, set()).add(_BASE)
    for value in given:
        if isinstance(value, tree.Name):
            yield from variables.get(value.id, ())
        else:
            yield _callee(value)


def _callee(node: tree.Expr) -> str:
    if isinstance(node, tree.Await):
        node = node.value
    func = node.func if isinstance(node, tree.Call) else None
    return last_name(func)
