"""Which exceptions the project answers itself, so that they do not end as a plain 500.

Followed from starlette 1.10, ``_exception_handler.py``: of the exception handlers the one for the
nearest class that the exception derives from is called. One for ``Exception`` or 500 stands outside
of everything else (``applications.py``, `build_middleware_stack`), and answers as it likes.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.answers.middleware_errors import middleware
from fastlint.model.answers.statuses import blames_client, gives_up
from fastlint.model.calls.entries import functions_behind
from fastlint.model.calls.reach import Reached, called
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Mapping,
    MountEntry,
    RouterValue,
    Value,
)
from fastlint.model.reading.catching import EVERYTHING, goes_on, takers, takes
from fastlint.model.serving.routing import Router, attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

INVALID = frozenset({"pydantic.ValidationError", "builtins.ValueError"})
"""What a model raises that is made of what does not fit, and what that derives from."""
_STARLETTE = "starlette.exceptions.HTTPException"
_NOT_FOUND, _SERVER_ERROR = "404", "500"
"""As texts, since the keys of a mapping are texts to the model."""


def is_answered(names: frozenset[str], project: Project, app: Router | None = None) -> bool:
    """Whether exception handlers or middleware may answer an exception, with other than 500.

    Asked are those of ``app`` and of what is mounted, of all apps where it is not known.

    ``names`` are those of its class and of all its bases but for ``Exception``, in full. A handler
    for everything counts where it speaks of clients' errors, or asks for the class.
    """
    for what, function in _handlers(project, app):
        known = what.name if isinstance(what, External) else ""
        if known in names or not isinstance(what, External | Const | ClassValue):
            return True
        if _is_for_all(what) and any(
            _tells_apart(each.statements) for each in functions_behind(function, project)
        ):
            return True
    return any(_lets_none_through(each, names, project) for each, _ in middleware(project))


def handlers_of_all(project: Project) -> Iterator[Function]:
    """The exception handlers that are called for whatever nobody else answers."""
    for what, function in _handlers(project, None):
        if _is_for_all(what):
            yield from functions_behind(function, project)


def may_look_after_sockets(project: Project) -> bool:
    """Whether an exception handler may do something for a WebSocket: it speaks of them."""
    return any(
        function == UNKNOWN
        or any(
            search.mentions(each.facts, b"WebSocket", b"websocket")
            for each in functions_behind(function, project)
        )
        for _, function in _handlers(project, None)
    )


def unknown_paths_are_answered(project: Project) -> bool:
    """Whether an exception handler may be called for the 404 that the router itself raises."""
    return any(
        not isinstance(what, External | Const | ClassValue)
        or (isinstance(what, Const) and str(what.value) == _NOT_FOUND)
        or what == External(_STARLETTE)
        for what, _ in _handlers(project, None)
    )


def is_stopped(
    node: tree.Node, function: Function, names: Container[str], project: Project
) -> bool:
    """Whether a ``try`` around a node makes something else of what it raises than a plain 500."""
    for handler in takers(node, function, names, project.machine):
        if gives_up(handler.body):
            return False
        if not goes_on(handler):
            return True
    return False


def is_stopped_on_the_way(
    node: tree.Node, way: Reached, names: Container[str], project: Project
) -> bool:
    """As `is_stopped`, by whatever stands between what FastAPI calls and the node."""
    function = way.root.function
    for number, site in enumerate(way.trail):
        if is_stopped(site.node, function, names, project):
            return True
        following = way.trail[number + 1 : number + 2]
        inner = map(project.function, called(site))
        function = next((f for f in inner if all(s in f.calls for s in following)), way.function)
    return is_stopped(node, way.function, names, project)


def stops(
    handler: tree.Handler, function: Function, names: Container[str], project: Project
) -> bool:
    """Whether an ``except`` takes such an exception, and makes something else of it than a 500."""
    is_taken = takes(handler, function, names, project.machine)
    return is_taken and not gives_up(handler.body) and not goes_on(handler)


def _handlers(project: Project, app: Router | None) -> Iterator[tuple[Value, Value]]:
    """Every exception handler of the apps: what it is for, and what is called."""
    routers = project.machine.routers
    if app is not None:
        mounted = {id(entry.target) for r in routers for entry in _mounts(r)}
        routers = [r for r in routers if r is app.value or id(r) in mounted]
    for _, item in attached(routers):
        if item.kind == "exception_handler" and not project.module(item.span.path).is_test:
            yield item.answers or UNKNOWN, item.function
    for router in routers:
        given = router.options.get("exception_handlers", NONE)
        if isinstance(given, Mapping) and not given.open:
            yield from given.pairs
        elif given != NONE:
            yield UNKNOWN, UNKNOWN


def _is_for_all(what: Value) -> bool:
    if isinstance(what, Const):
        return str(what.value) == _SERVER_ERROR
    return isinstance(what, External) and what.name in EVERYTHING


def _mounts(router: RouterValue) -> Iterator[MountEntry]:
    return (each for each in router.entries if isinstance(each, MountEntry))


def _lets_none_through(function: Function, names: frozenset[str], project: Project) -> bool:
    """Whether middleware takes such an exception, and makes something of it."""
    for node in function.nodes:
        if isinstance(node, tree.Handler) and not goes_on(node):
            if takes(node, function, (), project.machine):
                if _tells_apart(node.body):
                    return True
            elif takes(node, function, names, project.machine):
                return True
    return False


def _tells_apart(body: list[tree.Stmt]) -> bool:
    """Whether code that is given any exception may answer some of them as a client's error."""
    asks = any(isinstance(n, tree.Call) and last_name(n.func) == "isinstance" for n in walk(body))
    return asks or blames_client(body)
