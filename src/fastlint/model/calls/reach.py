"""Which of the project's functions run for a request, and for whom."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name
from fastlint.findings import Span
from fastlint.model.calls.entries import functions_behind
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue, Items, Member, Partial, Value
from fastlint.model.reading.own_names import own_names, root
from fastlint.model.serving.dependencies import Dependency
from fastlint.model.serving.routing import Route, attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

_LOCK = re.compile(r"lock|mutex|semaphore", re.IGNORECASE)
_MOST = 20_000
"""Functions to look into at most."""


class Served(msgspec.Struct, frozen=True, eq=False):
    """A function that FastAPI itself calls for requests."""

    function: Function
    kind: str
    """``handler``, ``dependency``, ``middleware`` or ``exception handler``"""
    routes: tuple[Route, ...]
    """The routes that it is run for; empty where it is run for all."""

    def receivers(self) -> Iterator[tuple[Function, str]]:
        """The functions that are given what this dependency gives, and under which name."""
        for route in self.routes:
            if route.handler is not None:
                yield from _receivers(route.handler, route.dependencies, self.function)


class Reached(msgspec.Struct, frozen=True, eq=False):
    """A function that runs for requests, and the shortest way to it."""

    function: Function
    root: Served
    trail: tuple[CallSite, ...]
    """The calls that lead from the root's function to this one; empty for the root itself."""


class Use(msgspec.Struct, frozen=True, eq=False):
    """A place where a function that runs for requests uses an object."""

    reached: Reached
    span: Span


class Reach:
    """The project's functions that requests reach, directly or through calls."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._callers: dict[int, dict[int, None]] = defaultdict(dict)

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """What FastAPI calls: each function once, whether it is ``def`` or ``async def``."""
        return tuple(_served(self.project))

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """What runs for requests, nearest first; each function once."""
        seen = {id(each.function) for each in self.served}
        queue = deque(Reached(each.function, each, ()) for each in self.served)
        found: list[Reached] = []
        while queue and len(found) < _MOST:
            reached = queue.popleft()
            found.append(reached)
            for site in reached.function.calls:
                for value in called(site):
                    function = self.project.function(value)
                    self._callers[id(function)][id(reached.function)] = None
                    if id(function) not in seen:
                        seen.add(id(function))
                        queue.append(Reached(function, reached.root, (*reached.trail, site)))
        return tuple(found)

    def uses(self, value: Value) -> Iterator[Use]:
        """Where what runs for requests uses the very object ``value``, each function once.

        A use under ``with`` of a lock is none: the object is not shared by two requests then. Nor
        are there any where nobody reads a shared name: each function has made an object of its own
        at the same place.
        """
        found: list[Use] = []
        is_shared = False
        for reached in self.reached:
            uses = list(_uses(reached.function, value))
            if uses:
                found.append(Use(reached, reached.function.at(uses[0].at)))
                own = own_names(reached.function)
                is_shared = is_shared or any(root(use.read) not in own for use in uses)
        yield from found if is_shared else ()

    def handlers(self, function: Function) -> tuple[str, ...]:
        """``module:qualname`` of every handler whose requests reach the function."""
        _ = self.reached  # which finds the callers
        found: dict[str, None] = {}
        seen = {id(function)}
        stack = [id(function)]
        served = {id(each.function): each for each in self.served}
        while stack:
            key = stack.pop()
            if key in served:
                found.update((r.handler.id, None) for r in served[key].routes if r.handler)
            for caller in self._callers[key]:
                if caller not in seen:
                    seen.add(caller)
                    stack.append(caller)
        return tuple(sorted(found))


def _receivers(
    receiver: Function, given: tuple[Dependency, ...], wanted: Function
) -> Iterator[tuple[Function, str]]:
    for dependency in given:
        if dependency.function is wanted and dependency.parameter:
            yield receiver, dependency.parameter
        if dependency.function is not None:
            yield from _receivers(dependency.function, dependency.children, wanted)


class _Used(NamedTuple):
    at: tree.Node
    """What a message points at."""
    read: tree.Expr
    """The expression that the object is the value of."""


def _uses(function: Function, value: Value) -> Iterator[_Used]:
    """Where a function uses an object: calls a method of it, hands it on, gives it back."""
    for site in function.calls:
        call = site.node
        if isinstance(site.callee, Member) and site.callee.owner is value:
            found = [_Used(call.func, call.func)]
        elif any(given is value for given in (*site.args, *site.keywords.values())):
            found = [_Used(call, each) for each in handed(call)]
        else:
            continue
        if not _is_locked(function, call):
            yield from found
    for given in (*function.returns, *function.watch.yields):
        node = given.node
        read = node.value if isinstance(node, tree.Return | tree.Yield) else node
        if given.value is value and read is not None:
            yield _Used(node, read)


def _is_locked(function: Function, call: tree.Call) -> bool:
    """Whether the call stands under ``with lock:``."""
    place = (call.line, call.column)
    for node in function.nodes:
        if isinstance(node, tree.With) and (node.line, node.column) <= place:
            inside = place <= (node.end_line, node.end_column)
            if inside and any(_LOCK.search(_name(item.context)) for item in node.items):
                return True
    return False


def _name(node: tree.Expr) -> str:
    while isinstance(node, tree.Call):
        node = node.func
    return last_name(node)


def _served(project: Project) -> Iterator[Served]:
    found: dict[int, tuple[Function, str]] = {}
    routes: dict[int, list[Route]] = defaultdict(list)

    def add(function: Function | None, kind: str, route: Route | None) -> None:
        if function is not None:
            found.setdefault(id(function), (function, kind))
            if route is not None and route not in routes[id(function)]:
                routes[id(function)].append(route)

    for route in project.reachable_routes:
        add(route.handler, "handler", route)
        for dependency in route.all_dependencies:
            add(dependency.function, "dependency", route)
    for _, item in attached(project.machine.routers):
        if item.kind in ("middleware", "exception_handler"):
            for function in functions_behind(item.function, project):
                add(function, item.kind.replace("_", " "), None)
    for key, (function, kind) in found.items():
        yield Served(function, kind, tuple(routes[key]))


def called(site: CallSite) -> Iterator[FunctionValue]:
    """The functions that a call runs: what is called, and what is handed over to be called."""
    for value in (site.callee, *site.args, *site.keywords.values()):
        yield from _functions_in(value)


def _functions_in(value: Value) -> Iterator[FunctionValue]:
    if isinstance(value, FunctionValue):
        yield value
    elif isinstance(value, Partial):
        yield from _functions_in(value.function)
    elif isinstance(value, Items):
        for item in value.items:
            if isinstance(item, FunctionValue):
                yield item
