"""Clients of tests that ask an app which has not been started.

Starlette's ``TestClient`` runs the startup of its app when it is entered by ``with``, and in no
other case (starlette/testclient.py `TestClient.__enter__`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import children, last_name
from fastlint.findings import Span
from fastlint.model.following.frames import span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue, RouterValue, Value
from fastlint.model.serving.routing import attached

if TYPE_CHECKING:
    from fastlint.model.following.functions import Module
    from fastlint.model.project import Project

_MODULES = frozenset({"fastapi.testclient", "starlette.testclient"})
_STARTS = (b"LifespanManager", b"lifespan_context", b"__enter__", b"enter_context")
"""Words of tests that start an app in a way of their own."""
_CLIENT = "TestClient"


class Unstarted(msgspec.Struct, frozen=True, eq=False):
    """A client that is not entered, of an app that needs its startup."""

    span: Span
    startup: Function
    """What would have run."""
    name: str
    """What it makes, and what would then not be there."""


def unstarted(project: Project) -> Iterator[Unstarted]:
    """Where tests ask an app for what its startup should have made."""
    modules = [each for each in project.modules if each.is_test and _imports_client(each)]
    if not modules:
        return
    needed = {id(app): made for app, made in _started(project)}
    index = project.modules_index
    tests = [each for each in project.modules if each.is_test]
    if not needed or any(index.mentions(each.path, *_STARTS) for each in tests):
        return
    entered = {name for each in modules for name in _entered(each)}
    for module in modules:
        for call, kept in _clients(module):
            app = _app(call, module, project)
            if app is not None and id(app) in needed and kept not in entered:
                startup, name = needed[id(app)]
                if not any(index.mentions(each.path, search.spelled(name)) for each in tests):
                    yield Unstarted(span_of(module.path, call), startup, name)


def _imports_client(module: Module) -> bool:
    return any(fact.module in _MODULES for fact in module.facts.imports)


# --- the app -------------------------------------------------------------------------------


def _started(project: Project) -> Iterator[tuple[RouterValue, tuple[Function, str]]]:
    """The apps whose startup makes something that others of its project read, with its name."""
    for router, item in attached(project.machine.routers):
        starts = item.kind == "lifespan" or (item.kind == "event" and item.detail == "startup")
        if starts and router.is_app and isinstance(item.function, FunctionValue):
            function = project.function(item.function)
            for name in _made(function):
                if _is_read(name, function, project):
                    yield router, (function, name)
                    break


def _made(function: Function) -> Iterator[str]:
    """The names of what a startup leaves: in ``app.state``, in globals, in what it yields."""
    outside = {n for node in function.nodes if isinstance(node, tree.Scope) for n in node.names}
    own = {param.name for param in function.facts.params}
    for node in function.nodes:
        match node:
            case tree.Assign(targets=[target, *_]) | tree.AnnAssign(target=target):
                match target:
                    case tree.Attribute(value=tree.Attribute(attr="state"), attr=name):
                        yield name
                    case tree.Name(id=name) if name in outside:
                        yield name
                    case tree.Name(id=name):
                        own.add(name)
                    case tree.Subscript(value=tree.Name(id=name)) if name not in own:
                        yield name
            case tree.Yield(value=tree.DictDisplay(keys=keys)):
                for key in keys:
                    if isinstance(key, tree.Constant) and isinstance(key.value, str):
                        yield key.value
                return  # what follows runs at shutdown
            case tree.Yield():
                return


def _is_read(name: str, startup: Function, project: Project) -> bool:
    """Whether a function that runs for requests names what the startup makes."""
    word = search.spelled(name)
    return any(
        search.mentions(each.function.facts, word)
        for each in project.reach.reached
        if each.function is not startup and not project.module(each.function.path).is_test
    )


# --- the tests -----------------------------------------------------------------------------


def _blocks(module: Module) -> Iterator[list[tree.Stmt]]:
    yield module.facts.body
    for facts in module.facts.functions:
        yield tree.statements(facts)


def _nodes(block: list[tree.Stmt]) -> Iterator[tuple[tree.Node, tree.Node | None]]:
    """Every node of a block with the one above it; classes are entered."""
    stack: list[tuple[tree.Node, tree.Node | None]] = [(each, None) for each in block]
    while stack:
        node, above = stack.pop()
        yield node, above
        stack.extend((child, node) for child in children(node))


def _entered(module: Module) -> Iterator[str]:
    """The names of what the file enters by ``with``."""
    for block in _blocks(module):
        for node, _ in _nodes(block):
            if isinstance(node, tree.WithItem):
                yield last_name(node.context)


def _clients(module: Module) -> Iterator[tuple[tree.Call, str]]:
    """The clients that are made and not entered there, with the name that each is kept under."""
    word = search.spelled(_CLIENT)
    yield from _in_block(module.facts.body, "")
    for facts in module.facts.functions:
        if search.mentions(facts, word):
            yield from _in_block(tree.statements(facts), facts.name)


def _in_block(block: list[tree.Stmt], fixture: str) -> Iterator[tuple[tree.Call, str]]:
    for node, above in _nodes(block):
        if not isinstance(node, tree.Call) or last_name(node.func) != _CLIENT or not node.args:
            continue
        match above:
            case tree.Assign(targets=[target]) | tree.AnnAssign(target=target):
                yield node, last_name(target)
            case tree.Return() | tree.Yield():
                yield node, fixture
            case tree.Attribute():
                yield node, ""


def _app(call: tree.Call, module: Module, project: Project) -> Value | None:
    """The app that a client asks, as far as the file's module level says which one that is."""
    given = call.args[0]
    if not isinstance(given, tree.Name | tree.Attribute):
        return None
    value = project.machine.evaluate(given, project.machine.run_module(module.path))
    return value if isinstance(value, RouterValue) else None
