"""HTTP exceptions that leave the handler of a WebSocket which has been accepted.

Followed from starlette 1.10, ``_exception_handler.py``: the answer that an HTTP exception becomes
is sent to a WebSocket, too. Before it is accepted that refuses the connection with the status;
afterwards the server takes no more than messages and a close. Starlette 0.37 and older did not send
the answer at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import exceptions_of, last_name, names, place, walk
from fastlint.model.answers.escaping import Raised, Through, fates
from fastlint.model.answers.handled import may_look_after_sockets
from fastlint.model.following import classes
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue
from fastlint.model.reading.upwards import Upwards
from fastlint.model.serving.connections import WEBSOCKET
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MESSAGES = frozenset(
    f"{way}_{what}" for way in ("send", "receive") for what in ("text", "bytes", "json")
)
"""What works on an accepted WebSocket only."""
_ITERATES = frozenset({"iter_text", "iter_bytes", "iter_json"})
_BLOCKS = ("body", "orelse", "final")


def raised_after_accept(route: Route, project: Project) -> Iterator[Raised]:
    """Every HTTP exception that leaves a WebSocket's handler when it certainly is accepted."""
    handler = route.handler
    if route.kind != "websocket" or handler is None or not handler.is_only_registered:
        return
    sockets = frozenset(
        p.name
        for p in route.params
        if p.source == "special" and classes.derives(p.type, WEBSOCKET, project.knowledge)
    )
    known = project.exception_names
    if not sockets or not known or may_look_after_sockets(project):
        return
    body = _Body(handler, sockets, project)
    for raised in fates(handler, project, Through(project, known)).escaping:
        # What is called may have closed it before.
        closes = raised.through is not None and search.mentions(raised.through.facts, b"close")
        if not closes and body.is_open_at(raised.node):
            yield raised


class _Body:
    """The handler's body, and where in it the WebSocket is accepted and nobody has closed it."""

    def __init__(self, function: Function, sockets: frozenset[str], project: Project) -> None:
        self.function = function
        self.sockets = sockets
        self.project = project
        self.up = Upwards(function)

    def is_open_at(self, node: tree.Node) -> bool:
        """Whether it is accepted on every way to a node, and not closed on the way out of it."""
        inner = next(
            (n for n in self.up.nodes if type(n) is type(node) and place(n) == place(node)), None
        )
        is_accepted = False
        while inner is not None:
            above = self.up.above(inner)
            before = self._before(inner, above)
            if self._ends(before) or (above is not None and self._is_looked_after(inner, above)):
                return False
            is_accepted = is_accepted or any(self._accepts(each) for each in before)
            match above:
                case tree.For(iterable=tree.Call(func=tree.Attribute() as func), body=body):
                    is_iterated = func.attr in _ITERATES and self._is_socket(func.value)
                    is_accepted |= is_iterated and any(inner is each for each in body)
            inner = above
        return is_accepted

    def _before(self, inner: tree.Node, above: tree.Node | None) -> Sequence[tree.Node]:
        """The statements that have run before one of the same block."""
        if above is None:
            top = [n for n in self.up.nodes if self.up.above(n) is None]
            return _until(inner, top) or []
        for block in _BLOCKS:
            found = _until(inner, getattr(above, block, None))
            if found is not None:
                is_else = block == "orelse" and isinstance(above, tree.Try)
                return [*above.body, *found] if is_else and isinstance(above, tree.Try) else found
        return []

    def _is_looked_after(self, inner: tree.Node, above: tree.Node) -> bool:
        """Whether something around it may close the connection, or knows that it is gone."""
        match above:
            case tree.Try(body=body, handlers=handlers, final=final):
                around = [] if any(inner is each for each in final) else list(final)
                if any(inner is each for each in body):
                    around += [s for each in handlers if not _is_for_gone(each) for s in each.body]
                return self._ends(around) or any(self._is_handed(each) for each in around)
            case tree.Handler():
                return _is_for_gone(above)
            case tree.With(items=items):
                return bool(self.sockets & set(names([each.context for each in items])))
        return False

    def _ends(self, nodes: Sequence[tree.Node]) -> bool:
        """Whether one of these statements may close the connection and let it go on."""
        return any(
            last_name(call.func) == "disconnect"
            or (last_name(call.func) == "close" and self._is_of_socket(call))
            for each in nodes
            if not _leaves(each)
            for call in _awaited(each)
        )

    def _is_handed(self, node: tree.Node) -> bool:
        """Whether a function is given the WebSocket, and may close it."""
        return any(self._is_of_socket(call) for call in _awaited(node))

    def _is_of_socket(self, call: tree.Call) -> bool:
        return bool(self.sockets & set(names([call])))

    def _accepts(self, statement: tree.Node) -> bool:
        match statement:
            case tree.ExprStmt(value=tree.Await(value=tree.Call() as call)):
                return self._is_for_accepted(call)
            case tree.Assign(value=tree.Await(value=tree.Call() as call)):
                return self._is_for_accepted(call)
        return False

    def _is_for_accepted(self, call: tree.Call) -> bool:
        """``websocket.accept()``, a message, or a function that accepts what it is given."""
        if isinstance(call.func, tree.Attribute) and self._is_socket(call.func.value):
            return call.func.attr == "accept" or call.func.attr in _MESSAGES
        given = [*call.args, *(each.value for each in call.keywords)]
        site = self.function.call_at(call)
        if site is None or not any(self._is_socket(each) for each in given):
            return False
        if not isinstance(site.callee, FunctionValue) or site.callee.wraps is not None:
            return False
        return _accepts_at_once(self.project.function(site.callee))

    def _is_socket(self, node: tree.Expr) -> bool:
        return isinstance(node, tree.Name) and node.id in self.sockets


def _awaited(statement: tree.Node) -> Iterator[tree.Call]:
    for node in walk([statement]):
        if isinstance(node, tree.Await) and isinstance(node.value, tree.Call):
            yield node.value


def _is_for_gone(handler: tree.Handler) -> bool:
    """``except WebSocketDisconnect:``, or what another library calls it."""
    caught = [last_name(each) for each in exceptions_of(handler)]
    return any("Disconnect" in each or "Closed" in each for each in caught)


def _leaves(node: tree.Node) -> bool:
    """Whether nothing after it runs where its condition holds."""
    last = node.body[-1] if isinstance(node, tree.If) and not node.orelse else None
    return isinstance(last, tree.Return | tree.Raise | tree.Jump)


def _until(inner: tree.Node, block: object) -> list[tree.Node] | None:
    """What stands before a statement in its block; None where it is not of this block."""
    if not isinstance(block, list):
        return None
    number = next((i for i, each in enumerate(block) if each is inner), None)
    return None if number is None else block[:number]


def _accepts_at_once(function: Function) -> bool:
    """Whether a function accepts a WebSocket that it is given, on every way through it."""
    if not function.facts.is_async or not search.mentions(function.facts, b"accept"):
        return False
    own = {param.name for param in function.facts.params}
    for statement in function.statements:
        match statement:
            case tree.ExprStmt(
                value=tree.Await(
                    value=tree.Call(func=tree.Attribute(value=tree.Name(id=name), attr="accept"))
                )
            ) if name in own:
                return True
        if any(isinstance(node, tree.Return) for node in walk([statement])):
            return False
    return False
