"""Generator dependencies that keep the handler's exception to themselves.

FastAPI raises it at the ``yield``. Where the dependency returns instead of raising again, nobody
has answered the request: fastapi/routing.py `request_response` then raises a `FastAPIError` of its
own, and the client gets 500 whatever the handler raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import exceptions_of, last_name, walk
from fastlint.model.following.values import External
from fastlint.model.serving.declared import Declared

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
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


class Swallowing(msgspec.Struct, frozen=True, eq=False):
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
    for kind in exceptions_of(handler):
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
            name = last_name(node.func)
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            passes = any(isinstance(g, tree.Name) and g.id == handler.name for g in given)
            if name in ("exit", "_exit", "abort", "athrow", "throw") or (
                passes and name not in _SPEAKING
            ):
                return True
    return False
