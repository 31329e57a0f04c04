"""Dependencies that answer with an error of their own, whatever the handler has raised.

FastAPI raises the handler's exception at the ``yield``, an ``HTTPException`` of 404 as well. What
the dependency raises instead is what the client gets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import exceptions_of, walk
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import External
from fastlint.model.serving.declared import Declared

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ALL = frozenset({"builtins.Exception", "builtins.BaseException"})
_HTTP = frozenset({"fastapi.HTTPException", "starlette.exceptions.HTTPException"})


class Masking(msgspec.Struct, frozen=True, eq=False):
    """An ``except`` around the ``yield`` that raises something else."""

    dependency: Declared
    handler: tree.Handler
    raised: tree.Raise
    at: tree.Yield


def masking(project: Project) -> Iterator[Masking]:
    """The dependencies of HTTP routes that put an error of theirs in the place of another."""
    words = tuple(name.encode() for name in sorted(project.exception_names))
    raising = {
        route.handler.id
        for route in project.routes
        if route.handler and route.kind == "http" and search.mentions(route.handler.facts, *words)
    }
    for dependency in project.declared:
        function = dependency.function
        if function.facts.is_generator and not raising.isdisjoint(dependency.affected):
            yield from _in_function(dependency, function)


def _in_function(dependency: Declared, function: Function) -> Iterator[Masking]:
    for node in function.nodes:
        if not isinstance(node, tree.Try):
            continue
        at = next((each for each in walk(node.body) if isinstance(each, tree.Yield)), None)
        if at is None:
            continue
        for handler in node.handlers:
            caught = _caught(handler, function)
            if not caught.isdisjoint(_HTTP):
                break  # those of HTTP are seen to
            if handler.caught is None or not caught.isdisjoint(_ALL):
                raised = _instead(handler)
                if raised is not None:
                    yield Masking(dependency, handler, raised, at)
                break


def _caught(handler: tree.Handler, function: Function) -> frozenset[str]:
    if handler.caught is None or function.value is None:
        return frozenset()
    values = [evaluate(kind, function.value.closure) for kind in exceptions_of(handler)]
    if not all(isinstance(each, External) for each in values):
        return _HTTP  # which may be one of these
    return frozenset(each.name for each in values if isinstance(each, External))


def _instead(handler: tree.Handler) -> tree.Raise | None:
    """What it raises for whatever it has caught; None where it looks at that, or raises it."""
    last = handler.body[-1] if handler.body else None
    if not isinstance(last, tree.Raise) or not isinstance(last.exc, tree.Call):
        return None
    for node in walk(handler.body):
        is_other = isinstance(node, tree.Raise) and node is not last
        if is_other or isinstance(node, tree.If | tree.Match | tree.IfExp):
            return None
    return last
