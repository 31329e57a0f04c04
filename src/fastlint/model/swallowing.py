"""HTTP exceptions that an ``except Exception`` of the same function takes for something else."""
"""Generator dependencies that keep the handler's exception to themselves.

FastAPI raises it at the ``yield``. Where the dependency returns instead of raising again, nobody
has answered the request: fastapi/routing.py `request_response` then raises a `FastAPIError` of its
own, and the client gets 500 whatever the handler raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.escaping import Swallowed, Through, fates
from fastlint.model.functions import Function
from fastlint.model.suspects import exception_names
from fastlint.model.values import Const

if TYPE_CHECKING:
    from fastlint.model.project import Project

_BROAD = (b"Exception", b"BaseException")


def swallowed(project: Project) -> Iterator[tuple[Function, Swallowed]]:
    """Each of them, with the function: those raised there, and in handlers those of a call, too."""
    known = exception_names(project.modules)
    words = tuple(name.encode() for name in sorted(known))
    index = project.modules_index
    files = {m.path for m in project.modules if not m.is_test and index.mentions(m.path, *words)}
    if not files:
        return
    through = Through(project, known)
    served = {
        (each.function.path, each.function.facts.index): each for each in project.reach.served
    }
    for function in project.functions:
        key = (function.path, function.facts.index)
        seen = served.get(key)
        if seen is None and function.path not in files:
            continue
        if seen is None and not tree.mentions(function.facts, *words):
            continue
        if project.module(function.path).is_test or not _has_broad(function):
            continue
        if seen is not None:
            if seen.routes and all(route.kind == "websocket" for route in seen.routes):
                continue  # which answer no exception with a status in any case
            function = seen.function  # noqa: PLW2901 - the same, followed
        for each in fates(function, project, None if seen is None else through).swallowed:
            # Whoever calls what may refuse, and goes on without it, has thought of that.
            is_meant = each.raised.through is not None and each.does != "raises"
            if not is_meant and not _says_the_same(each):
                yield function, each


def _has_broad(function: Function) -> bool:
    """Whether there is an ``except`` for everything, told without following anything."""
    return any(
        isinstance(node, tree.Handler) and (node.caught is None or _names_all(node.caught))
        for node in function.nodes
    )


def _names_all(caught: tree.Expr) -> bool:
    nodes = caught.items if isinstance(caught, tree.Sequence) else [caught]
    return any(getattr(n, "id", "").encode() in _BROAD for n in nodes)


def _says_the_same(found: Swallowed) -> bool:
    """Whether the ``except`` raises an HTTP exception with the very status of the first one."""
    status = _status(found.raised.origin)
    again = [node for node in found.handler.body if isinstance(node, tree.Raise)]
    return status is not None and any(_status(node) == status for node in again)


def _status(raised: tree.Raise) -> object:
    call = raised.exc
    if not isinstance(call, tree.Call):
        return None
    named = [k.value for k in call.keywords if k.name == "status_code"]
    node = named[0] if named else call.args[0] if call.args else None
    if isinstance(node, tree.Constant):
        return Const(node.value)
    return node.attr if isinstance(node, tree.Attribute) else None
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model.declared import Declared
from fastlint.model.values import External

if TYPE_CHECKING:
    from fastlint.model.functions import Function
    from fastlint.model.project import Project

_BROAD = frozenset(
    {
        "builtins.BaseException", "builtins.Exception", "fastapi.HTTPException",
        "starlette.exceptions.HTTPException",
    }
)  # fmt: skip
_SPEAKING = frozenset(
    {"critical", "debug", "error", "exception", "info", "log", "print", "repr", "str", "type"}
    | {"warn", "warning", "capture_exception", "record_exception"}
)
"""Calls that are given an exception and come back."""


@dataclass(frozen=True, slots=True, eq=False)
class Swallowing:
    """An ``except`` around the ``yield`` that does not raise again."""

    dependency: Declared
    handler: tree.Handler
    at: tree.Yield
    caught: str
    """As a message says it: ``except Exception``."""


def swallowing(project: Project) -> Iterator[Swallowing]:
    """Every generator dependency of HTTP routes that swallows what handlers raise."""
    http = {r.handler.id for r in project.routes if r.handler and r.kind == "http"}
    for dependency in project.declared:
        function = dependency.function
        if not function.facts.is_generator:
            continue
        if dependency.affected and http.isdisjoint(dependency.affected):
            continue
        yield from _in_function(dependency, function)


def _in_function(dependency: Declared, function: Function) -> Iterator[Swallowing]:
    raises = [node for node in function.nodes if isinstance(node, tree.Raise)]
    for node in function.nodes:
        if not isinstance(node, tree.Try):
            continue
        at = next((each for each in walk(node.body) if isinstance(each, tree.Yield)), None)
        later = any((r.line, r.column) >= (node.end_line, node.end_column) for r in raises)
        if at is None or later or any(isinstance(each, tree.Raise) for each in walk(node.final)):
            continue
        for handler in node.handlers:
            caught = _caught(handler, function)
            if caught and not _may_raise(handler):
                yield Swallowing(dependency, handler, at, caught)


def _caught(handler: tree.Handler, function: Function) -> str:
    """How the handler is written, if it catches any exception or those of HTTP."""
    if handler.caught is None:
        return "except"
    if function.value is None or function.machine is None:
        return ""
    kinds = handler.caught.items if isinstance(handler.caught, tree.Sequence) else [handler.caught]
    for kind in kinds:
        value = function.machine.look(kind, function.value.closure)
        if isinstance(value, External) and value.name in _BROAD:
            return f"except {value.name.rpartition('.')[2]}"
    return ""


def _may_raise(handler: tree.Handler) -> bool:
    """Whether it raises, or hands the exception to something that may do so."""
    for node in walk(handler.body):
        if isinstance(node, tree.Raise | tree.Yield):
            return True
        if isinstance(node, tree.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            passes = any(isinstance(g, tree.Name) and g.id == handler.name for g in given)
            if name in ("exit", "_exit", "abort", "athrow", "throw") or (
                passes and name not in _SPEAKING
            ):
                return True
    return False
