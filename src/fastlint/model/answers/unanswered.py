"""Exception handlers and middleware that give no response.

Followed from starlette 1.10, ``_exception_handler.py`` and ``middleware/base.py``: what they
give is called as an ASGI app; nothing makes a response of it as FastAPI does for path operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.answers.middleware_errors import middleware
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue
from fastlint.model.reading.flow import may_refuse
from fastlint.model.serving.returned import is_content

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SOCKET = "starlette.websockets.WebSocket"
_SOCKET_WORDS = (b"websocket", b"WebSocket")
_PLAIN = (tree.ExprStmt, tree.Assign, tree.AnnAssign, tree.AugAssign)


class Unanswered(msgspec.Struct, frozen=True, eq=False):
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
        if not isinstance(node, tree.Return):
            continue
        # A variable may be narrowed by tests before it is returned.
        if _is_nothing(node.value) or (not isinstance(node.value, tree.Name) and is_content(each)):
            yield Unanswered(function, kind, node)
    if isinstance(function.statements[-1], _PLAIN) and not _leaves(function, project):
        yield Unanswered(function, kind, None)


def _is_as_written(function: Function) -> bool:
    """Whether no decorator of its own may turn what it gives into a response."""
    by = function.facts.decorators
    return function.is_only_registered or not by


def _is_nothing(node: tree.Expr | None) -> bool:
    return node is None or (
        isinstance(node, tree.Constant) and node.value is None and not node.kind
    )


def _leaves(function: Function, project: Project) -> bool:
    """Whether the last statement may always raise: ``sys.exit()``, ``self._raise_error(exc)``."""
    last = function.statements[-1]
    call = last.value if isinstance(last, tree.ExprStmt) else None
    call = call.value if isinstance(call, tree.Await) else call
    if not isinstance(call, tree.Call):
        return False
    name = last_name(call.func)
    if any(word in name for word in ("exit", "abort", "fail", "raise")):
        return True
    site = function.call_at(call)
    value = None if site is None else site.callee
    return isinstance(value, FunctionValue) and may_refuse(project.function(value), project.reader)


def _is_for_sockets(function: Function, project: Project) -> bool:
    """Whether it may be called for WebSockets, for which nothing has to be returned."""
    if search.mentions(function.facts, *_SOCKET_WORDS):
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
