"""Exception handlers and middleware that give no response.

Followed from starlette 1.10, ``_exception_handler.py`` and ``middleware/base.py``: what they
give is called as an ASGI app; nothing makes a response of it as FastAPI does for path operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.model import classes
from fastlint.model.functions import Function
from fastlint.model.middleware import middleware
from fastlint.model.returned import is_content

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SOCKET = "starlette.websockets.WebSocket"
_SOCKET_WORDS = (b"websocket", b"WebSocket")
_PLAIN = (tree.ExprStmt, tree.Assign, tree.AnnAssign, tree.AugAssign)


@dataclass(frozen=True, slots=True, eq=False)
class Unanswered:
    """A function that is to give a response, and the place where it does not."""

    function: Function
    kind: str
    """``exception handler`` or ``middleware``"""
    node: tree.Node | None
    """The ``return`` of something else; None where the end is reached."""


def unanswered(project: Project) -> Iterator[Unanswered]:
    """Every exception handler and middleware that gives something else, or nothing."""
    for served in project.reach.served:
        function = served.function
        if served.kind == "exception handler" and not _is_for_sockets(function, project):
            yield from _of(function, served.kind, project)
    for function, is_plain_asgi in middleware(project):
        if not is_plain_asgi and not _is_pure(function):
            yield from _of(function, "middleware", project)


def _of(function: Function, kind: str, project: Project) -> Iterator[Unanswered]:
    facts = function.facts
    is_test = project.module(function.path).is_test
    if is_test or facts.is_generator or function.is_stub or not _is_as_written(function):
        return
    for each in function.returns:
        node = each.node
        if is_content(each) or (isinstance(node, tree.Return) and _is_nothing(node.value)):
            yield Unanswered(function, kind, node)
    if isinstance(function.statements[-1], _PLAIN) and not _leaves(function.statements):
        yield Unanswered(function, kind, None)


def _is_as_written(function: Function) -> bool:
    """Whether no decorator of its own may turn what it gives into a response."""
    by = function.facts.decorators
    return function.is_only_registered or not by


def _is_nothing(node: tree.Expr | None) -> bool:
    return node is None or (
        isinstance(node, tree.Constant) and node.value is None and not node.kind
    )


def _leaves(body: list[tree.Stmt]) -> bool:
    """Whether the last statement may never come to an end by itself: ``sys.exit()``, ``fail()``."""
    last = body[-1]
    if not isinstance(last, tree.ExprStmt) or not isinstance(last.value, tree.Call):
        return False
    func = last.value.func
    name = getattr(func, "attr", getattr(func, "id", ""))
    return name in ("exit", "_exit", "abort", "fail") or name.startswith(("raise", "reraise"))


def _is_for_sockets(function: Function, project: Project) -> bool:
    """Whether it may be called for WebSockets, for which nothing has to be returned."""
    if tree.mentions(function.facts, *_SOCKET_WORDS):
        return True
    closure = None if function.value is None else function.value.closure
    if closure is None:
        return True
    for param in function.facts.params:
        if "socket" in param.name or param.name == "ws":
            return True
        if param.annotation is not None:
            declared = project.machine.evaluate(param.annotation, closure)
            for member in classes.members(declared):
                if classes.derives(member, _SOCKET, project.knowledge):
                    return True
                name = getattr(getattr(member, "name", ""), "lower", str)()
                if "websocket" in name:
                    return True
    return False


def _is_pure(function: Function) -> bool:
    """Whether it speaks ASGI itself: ``await self.app(scope, receive, send)``."""
    return {"receive", "send"} <= {param.name for param in function.facts.params} or any(
        isinstance(node, tree.Name) and node.id == "send" for node in walk(function.statements)
    )
