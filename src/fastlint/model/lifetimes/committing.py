"""Dependencies that commit once the response is sent.

What stands behind the ``yield`` of a dependency runs when the response has been sent, unless it is
asked for with ``scope="function"`` (fastapi/routing.py `request_response`: the exit stack of the
request is closed after the response).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Related, Span
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.dependencies import Dependency

_DEEPEST = 3


class Late(msgspec.Struct, frozen=True, eq=False):
    """A commit that nobody can be told of any more."""

    span: Span
    written: str
    """``commit()``, or ``begin()`` for a ``with`` that commits at its end."""
    trail: tuple[Related, ...]
    affected: tuple[str, ...]


def late_commits(project: Project) -> Iterator[Late]:
    """Every dependency of HTTP routes that commits behind its ``yield``, each once."""
    asked: dict[int, tuple[Dependency, Function, dict[str, None]]] = {}
    for route in project.routes:
        if route.kind != "http":
            continue
        for dependency in route.all_dependencies:
            function = dependency.function
            if function is None or dependency.marker.scope == "function":
                continue
            if function.facts.is_generator:
                found = asked.setdefault(id(function), (dependency, function, {}))
                if route.handler is not None:
                    found[2][route.handler.id] = None
    for dependency, function, handlers in asked.values():
        if project.module(function.path).is_test:
            continue
        for holder, node, written in _commits(function, project, _DEEPEST):
            trail = [Related(dependency.span, f"`{function.name}` is a dependency")]
            if holder is not function:
                trail.append(Related(function.name_span, f"which runs `{holder.name}` around it"))
            yield Late(holder.at(node), written, tuple(trail), tuple(handlers))


def _commits(
    function: Function, project: Project, depth: int
) -> Iterator[tuple[Function, tree.Node, str]]:
    """What commits after the last ``yield`` of a function, where that did not raise."""
    yields = [node for node in function.nodes if isinstance(node, tree.Yield)]
    if not yields or not depth:
        return
    last = yields[-1]
    inside = {id(n) for h in function.nodes if isinstance(h, tree.Handler) for n in walk(h.body)}
    for node in function.nodes:
        match node:
            case tree.Call(func=tree.Attribute(attr="commit"), args=[], keywords=[]):
                if _is_after(node, last) and id(node) not in inside:
                    yield function, node, "commit()"
                    return
            case tree.With(items=items, body=body) if any(n is last for n in walk(body)):
                for item in items:
                    if _is_call_of(item.context, "begin"):
                        yield function, item.context, "begin()"
                        return
                    yield from _around(function, item.context, project, depth)


def _around(
    function: Function, context: tree.Expr, project: Project, depth: int
) -> Iterator[tuple[Function, tree.Node, str]]:
    """What a context manager of the project's own commits."""
    site = function.call_at(context)
    if site is not None and isinstance(site.callee, FunctionValue):
        manager = project.function(site.callee)
        if manager.facts.is_generator:
            yield from _commits(manager, project, depth - 1)


def _is_after(node: tree.Node, other: tree.Node) -> bool:
    return (node.line, node.column) >= (other.end_line, other.end_column)


def _is_call_of(node: tree.Expr, name: str) -> bool:
    match node:
        case tree.Call(func=tree.Attribute(attr=attr), args=[]):
            return attr == name
    return False
