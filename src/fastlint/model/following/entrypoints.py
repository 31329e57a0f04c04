"""Where a server is told to find the application: ``app.main:app``.

By the project's settings, or by what its own code gives to a server. There the following begins:
the module is the first that is loaded, as the server loads it, and a factory is called with nothing
(uvicorn/config.py `Config.load`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following.functions import is_test
from fastlint.model.following.modules import Modules
from fastlint.model.following.values import (
    Const,
    Items,
    Mapping,
    ModuleValue,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_SERVERS = {"uvicorn": frozenset({"run", "Config"}), "granian": frozenset({"Granian"})}
"""Who takes the application as its first argument, by the module that it is imported from."""
_PLACE = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
_NO_APPS = (Const, Items, Mapping, ModuleValue)


def entry_points(modules: Modules, declared: Iterable[str]) -> tuple[str, ...]:
    """Every ``module:variable``, those of the settings first, each once."""
    return tuple(dict.fromkeys((*declared, *_served(modules))))


def files_of(modules: Modules, module: str) -> tuple[str, ...]:
    """The files that a server may load for a module's name.

    The server may run in a folder below the project's root, where the name begins further down.
    """
    stem = module.replace(".", "/")
    files = (f"{stem}.py", f"{stem}/__init__.py")
    named = [path for path in modules.paths if modules.name(path) == module or path in files]
    below = [path for path in modules.paths if path.endswith(tuple(f"/{each}" for each in files))]
    return tuple(named or below)


def loaded(machine: Machine, place: str) -> Value:
    """What a server finds at ``module:attribute``; `Unknown` with the reason where it is not there.

    Of a factory that is the function: it has not been called yet.
    """
    if not _PLACE.fullmatch(place):
        return Unknown("this is not of the form `module:variable`")
    module, _, name = place.partition(":")
    files = files_of(machine.modules, module)
    if len(files) != 1:
        several = " and ".join(f"`{each}`" for each in files[:2])
        why = f"{several} could be it" if files else "the project has none"
        return Unknown(f"no one file is the module `{module}`: {why}")
    first, *inner = name.split(".")
    found = machine.module_attribute(files[0], first)
    for each in inner:
        found = machine.attribute(found, each)
    return found


def lost(machine: Machine, declared: Iterable[str]) -> Iterator[str]:
    """Which of the entry points of the settings lead nowhere, one sentence each."""
    for place in declared:
        found, _ = machine.loaded[place]
        if isinstance(found, Unknown):
            yield f"entry point `{place}`: {found.reason or 'what it is could not be told'}"
        elif isinstance(found, _NO_APPS) or (isinstance(found, RouterValue) and not found.is_app):
            yield f"entry point `{place}`: this is no application"


def _served(modules: Modules) -> Iterator[str]:
    for path in modules.paths:
        servers = _servers(modules.facts(path)) if modules.mentions(path, *_SERVERS) else None
        if servers and not is_test(path):
            facts = modules.facts(path)
            yield from _given(facts.body, servers)
            for function in facts.functions:
                if search.mentions(function, *(name.encode() for name in servers)):
                    yield from _given(tree.statements(function), servers)


def _servers(facts: tree.ModuleFacts) -> frozenset[str]:
    """The callees, as the file writes them: ``uvicorn.run``, or ``run`` that it imports."""
    return frozenset(
        f"{fact.module}.{name}" if not fact.names else name
        for fact in facts.imports
        for name in _SERVERS.get(fact.module, ())
        if not fact.names or name in fact.names
    )


def _given(body: list[tree.Stmt], servers: frozenset[str]) -> Iterator[str]:
    for node in walk(body):
        if isinstance(node, tree.Call) and node.args and _dotted(node.func) in servers:
            first = node.args[0]
            if isinstance(first, tree.Constant) and isinstance(first.value, str):
                yield from [first.value] if _PLACE.fullmatch(first.value) else []


def _dotted(node: tree.Expr) -> str:
    if isinstance(node, tree.Attribute) and isinstance(node.value, tree.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, tree.Name) else ""
