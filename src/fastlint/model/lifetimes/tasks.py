"""Background tasks: what they are given to run, and whether they will ever be run.

FastAPI puts the injected `BackgroundTasks` on the response that the handler gives, unless that has
tasks of its own (fastapi/routing.py `get_request_handler`). Starlette runs them once the response
is sent; an exception makes another response, without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.calls.blocking import later_argument
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Member,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.calls.reach import Reached
    from fastlint.model.knowledge import Knowledge
    from fastlint.model.project import Project
    from fastlint.model.serving.dependencies import Dependency

_TASKS = ("fastapi.BackgroundTasks", "starlette.background.BackgroundTasks")
_RESPONSE = "starlette.responses.Response"
_WORDS = (b"add_task", b"BackgroundTask")


class Called(msgspec.Struct, frozen=True, eq=False):
    """``add_task(f(x))``: the function runs at once, and what it gives is no task."""

    reached: Reached
    site: CallSite
    """The call of ``add_task``."""
    inner: CallSite
    name: str
    is_async: bool


class Lost(msgspec.Struct, frozen=True, eq=False):
    """A task that is never run."""

    function: Function
    span: Span
    why: str
    instead: str
    cause: Span | None
    """What stands in its way; None where it is never given to a response."""


def mentioning(project: Project) -> Iterator[Reached]:
    """The functions that run for requests and have to do with background tasks."""
    index = project.modules_index
    files = {path for path in index.paths if index.mentions(path, *_WORDS)}
    for reached in project.reach.reached if files else ():
        function = reached.function
        if function.path in files and search.mentions(function.facts, *_WORDS):
            yield reached


def called(project: Project) -> Iterator[Called]:
    """Tasks that were called where they should only be named."""
    for reached in project.adding_tasks:
        function = reached.function
        for site in function.calls:
            node = later_argument(site)
            inner = function.call_at(node) if isinstance(node, tree.Call) else None
            callee = inner.callee if inner else None
            if inner is None or not isinstance(callee, FunctionValue) or callee.decorators:
                continue
            is_async = callee.facts.is_async and not callee.facts.is_generator
            if is_async or _gives_nothing(callee):
                yield Called(reached, site, inner, callee.facts.name, is_async)


def _gives_nothing(callee: FunctionValue) -> bool:
    if callee.facts.is_generator or callee.facts.is_async:
        return False
    watch = callee.closure.machine.watch(callee)
    returns = [
        node
        for node in walk(tree.statements(callee.facts))
        if isinstance(node, tree.Return) and node.value is not None
    ]
    return all(each.value == NONE for each in watch.returns) and len(returns) <= len(watch.returns)


# --- tasks that use what is closed ---------------------------------------------------------


class Closed(msgspec.Struct, frozen=True, eq=False):
    """A task that is given what a dependency closes before the task is done with it."""

    function: Function
    name: str
    """The parameter that is given to it."""
    dependency: Dependency
    span: Span


def closed(project: Project) -> Iterator[Closed]:
    """Values of generator dependencies in tasks that run when these have come to their end.

    That is so with ``scope="function"``, and was so for all from FastAPI 0.106 to 0.117.
    """
    functions = {id(reached.function) for reached in project.adding_tasks}
    for route in project.routes if functions else ():
        handler = route.handler
        if handler is None or id(handler) not in functions:
            continue
        early = {}
        for dependency in route.dependencies:
            ends = dependency.marker.scope == "function" or _ends_early(project, handler.path)
            if ends and dependency.function and dependency.function.facts.is_generator:
                early[dependency.parameter] = dependency
        for site in handler.calls if early else ():
            if later_argument(site) is None:
                continue
            for given in (*site.node.args, *(keyword.value for keyword in site.node.keywords)):
                if isinstance(given, tree.Name) and given.id in early:
                    yield Closed(handler, given.id, early[given.id], handler.at(given))


def _ends_early(project: Project, path: str) -> bool:
    version = project.versions.of("fastapi", path)
    return version.at_least((0, 106)) and version.below((0, 118))


# --- tasks that get lost -------------------------------------------------------------------


def lost(project: Project) -> Iterator[Lost]:
    """Tasks that are added and never run."""
    served = {id(each.function): each for each in project.reach.served}
    for reached in project.adding_tasks:
        function = reached.function
        yield from _never_given(function)
        if id(function) in served and served[id(function)].kind in ("handler", "dependency"):
            yield from _before_raise(function, function.statements, caught=False)
            if served[id(function)].kind == "handler":
                yield from _behind_others(function, project.knowledge)


def _added(function: Function, statement: tree.Stmt) -> CallSite | None:
    """The ``tasks.add_task(…)`` that a statement is, of tasks that FastAPI injects."""
    node = statement.value if isinstance(statement, tree.ExprStmt) else None
    site = function.call_at(node)
    owner = _owner(site) if site else None
    if site is None or owner is None or not isinstance(site.node.func, tree.Attribute):
        return None
    receiver = site.node.func.value
    named = {param.name for param in function.facts.params}
    return site if isinstance(receiver, tree.Name) and receiver.id in named else None


def _owner(site: CallSite) -> Instance | None:
    """The `BackgroundTasks` that a call of ``add_task`` belongs to."""
    callee = site.callee
    if not isinstance(callee, Member) or callee.name != "add_task":
        return None
    cls = callee.owner.cls
    return callee.owner if isinstance(cls, External) and cls.name in _TASKS else None


def _before_raise(function: Function, block: list[tree.Stmt], *, caught: bool) -> Iterator[Lost]:
    """``tasks.add_task(…)`` and then, in the same block, ``raise``."""
    end = block[-1] if block else None
    for statement in block:
        site = _added(function, statement)
        if site is not None and isinstance(end, tree.Raise) and not caught:
            yield Lost(
                function,
                site.span,
                "this task never runs: the `raise` below it does away with the response that it "
                "belongs to",
                "call it here, or return a response with `background=` instead of raising",
                function.at(end),
            )
        for inner, is_tried in _blocks(statement):
            yield from _before_raise(function, inner, caught=caught or is_tried)


def _blocks(statement: tree.Stmt) -> Iterator[tuple[list[tree.Stmt], bool]]:
    """The blocks inside a statement, each with whether an ``except`` stands below it."""
    match statement:
        case tree.If() | tree.For() | tree.While():
            yield statement.body, False
            yield statement.orelse, False
        case tree.With():
            yield statement.body, True  # which may be `suppress`
        case tree.Try():
            yield statement.body, bool(statement.handlers)
            yield from ((handler.body, False) for handler in statement.handlers)
            yield statement.orelse, False
            yield statement.final, False
        case tree.Match():
            yield from ((case.body, False) for case in statement.cases)


def _behind_others(function: Function, knowledge: Knowledge) -> Iterator[Lost]:
    """Injected tasks where the handler returns a response that has tasks of its own."""
    added = [site for site in function.calls if _owner(site) and _is_param(function, site)]
    for returned in function.returns if added else ():
        response = returned.value
        if not isinstance(response, Instance) or not _is_response(response.cls, knowledge):
            continue
        own = response.keywords.get("background")
        if not isinstance(own, Instance) or any(own is _owner(site) for site in added):
            continue
        yield Lost(
            function,
            added[0].span,
            "this task never runs: the response that the handler returns has a `background` of its "
            "own, and FastAPI leaves that alone",
            "add all tasks to the same `BackgroundTasks`",
            function.at(returned.node),
        )


def _is_param(function: Function, site: CallSite) -> bool:
    receiver = site.node.func.value if isinstance(site.node.func, tree.Attribute) else None
    named = {param.name for param in function.facts.params}
    return isinstance(receiver, tree.Name) and receiver.id in named


def _is_response(cls: Value, knowledge: Knowledge) -> bool:
    bases = cls.mro() if isinstance(cls, ClassValue) else (cls,)
    return any(isinstance(b, External) and knowledge.derives(b.name, _RESPONSE) for b in bases)


def _never_given(function: Function) -> Iterator[Lost]:
    """Tasks in a ``BackgroundTasks()`` of the function's own that nobody gets."""
    if any(isinstance(n, tree.FunctionDef | tree.Lambda | tree.ClassDef) for n in function.nodes):
        return
    for node in function.nodes:
        if not isinstance(node, tree.Assign) or len(node.targets) != 1:
            continue
        target, site = node.targets[0], function.call_at(node.value)
        if site is None or not isinstance(target, tree.Name) or site.callee not in _CLASSES:
            continue
        named = [n for n in function.nodes if isinstance(n, tree.Name) and n.id == target.id]
        adding = [s for s in function.calls if _adds_to(s.node, target.id)]
        if adding and len(named) == len(adding) + 1:
            yield Lost(
                function,
                adding[0].span,
                f"this task never runs: `{target.id}` is made here, and no response gets it",
                "take `BackgroundTasks` as a parameter, or return a response with `background=`",
                None,
            )


_CLASSES = tuple(External(name) for name in _TASKS)


def _adds_to(call: tree.Call, name: str) -> bool:
    match call.func:
        case tree.Attribute(attr="add_task", value=tree.Name(id=receiver)):
            return receiver == name
    return False
