"""Middleware that looks at some paths only, and hands all other requests on.

``if request.url.path.startswith("/admin"): …``: its code is followed with the path of a route, and
has to come to the call that hands the request on without anything that could turn it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import handed, walk
from fastlint.model.following import types
from fastlint.model.following.fastapi.middleware import Middleware, run_by
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    ClassValue,
    Const,
    External,
    Instance,
    Value,
)
from fastlint.model.following.values import Mapping as Entries
from fastlint.model.security.let_in import End, Following, LetIn, Refused
from fastlint.model.serving.matching import PLACEHOLDER

if TYPE_CHECKING:
    from fastlint.model.security.guards import Guards

_NEXT = External("starlette.types.ASGIApp")
"""What comes after a middleware: ``call_next``, and ``self.app``."""
_REQUEST = External("starlette.requests.Request")
_URL = External("starlette.datastructures.URL")
_MADE_OF_SCOPE = ("starlette.requests.Request", "starlette.requests.HTTPConnection")
_TESTS = ("builtins.any", "builtins.all")
_ANYTHING = "0"
"""What a parameter of a path is taken to be: which of its values are looked at is not told."""
_DEPTH = 3


def lets_by(made: Middleware, path: str, method: str | None, guards: Guards) -> bool:
    """Whether a middleware of the project hands each request on that is for a path.

    ``method`` is None where there are several. False for one that does not ask what it is for.
    """
    cls, machine = made.made, guards.project.machine
    if isinstance(cls, ClassValue):
        handling = machine.call(cls, [_NEXT, *made.args], made.options, cls.node, cls.namespace)
    else:
        handling = cls
    entered = next(run_by(handling), None)
    if entered is None:
        return False
    sent = _Sent.of(PLACEHOLDER.sub(_ANYTHING, path), method)
    names = [param.name for param in entered.facts.params[entered.is_received :]]
    is_bare = entered.facts.name == "__call__"
    given: list[Value] = [sent.scope] if is_bare else [sent.request, _NEXT]
    following = _Asking(guards.project.function(entered), guards, _DEPTH, sent, has_next=True)
    end = following.end(dict(zip(names, given, strict=False)))
    return isinstance(end, LetIn) and bool(sent.decided)


class _Sent(msgspec.Struct, frozen=True):
    """A request of which only is known what it is for."""

    path: Const
    scope: Entries
    request: Instance
    decided: list[tree.Expr]
    """The conditions that it decides."""

    @classmethod
    def of(cls, path: str, method: str | None) -> _Sent:
        said: dict[str, Value] = {} if method is None else {"method": Const(method)}
        scope = Entries({"type": Const("http"), "path": Const(path), **said}, open=True)
        url = Instance(_URL, attributes={"path": Const(path)})
        request = Instance(_REQUEST, attributes={"url": url, "scope": scope, **said})
        return cls(Const(path), scope, request, [])


class _Asking(Following):
    """A middleware, or a function that it calls, that is given one request.

    ``has_next``: it comes to its end where the request is handed on, and nowhere else.
    """

    def __init__(
        self, function: Function, guards: Guards, depth: int, sent: _Sent, *, has_next: bool
    ) -> None:
        super().__init__(function, guards, depth)
        self.sent = sent
        self.has_next = has_next

    def end(self, given: Mapping[str, Value]) -> Refused | LetIn:
        """How it ends: one that comes to its end without handing the request on answers it."""
        end = super().end(given)
        if self.has_next and isinstance(end, LetIn) and end.gives == NONE:
            return Refused()
        return end

    def _statement(self, s: tree.Stmt, frame: Frame) -> End:
        if self.has_next and isinstance(s, tree.Return | tree.ExprStmt | tree.Assign):
            if s.value is None:
                return Refused()
            refused = self._refused_in(s.value, frame)
            if refused is not None:
                return refused
            if any(self._hands_on(each, frame) for each in self._evaluated(s.value, frame)):
                return LetIn(_NEXT)
            if isinstance(s, tree.Return):
                return Refused()  # an answer of its own
        return super()._statement(s, frame)

    def _hands_on(self, node: tree.Node, frame: Frame) -> bool:
        """``call_next(request)``, ``self.app(scope, receive, send)``, or who is given these."""
        if not isinstance(node, tree.Call):
            return False
        if self._is_next(node.func, frame):
            return True
        is_given = any(self._is_next(each, frame) for each in handed(node))
        return is_given and isinstance(self._called(node, frame), LetIn)

    def _is_next(self, node: tree.Expr, frame: Frame) -> bool:
        is_name = isinstance(node, tree.Name | tree.Attribute)
        return is_name and self._read(node, frame) == _NEXT

    def _called(self, node: tree.Call, frame: Frame) -> Refused | LetIn | None:
        return None if self._is_next(node.func, frame) else super()._called(node, frame)

    def _inner(self, called: Function, known: Mapping[str, Value]) -> Following:
        has_next = _NEXT in known.values()
        return _Asking(called, self.guards, self.depth - 1, self.sent, has_next=has_next)

    def _tells(self, value: Value) -> bool:
        return value in (_NEXT, self.sent.path) or super()._tells(value)

    def _holds(self, test: tree.Expr, frame: Frame) -> bool | None:
        holds = super()._holds(test, frame)
        if holds is not None and self._is_about_request(test, frame):
            self.sent.decided.append(test)
        return holds

    def _is_about_settings(self, test: tree.Expr, frame: Frame) -> bool:
        """What a setting is by default says nothing, but where it is compared with the request."""
        return self._is_about_request(test, frame)

    def _is_about_request(self, test: tree.Expr, frame: Frame) -> bool:
        said = [value for name, value in self.sent.scope.items.items() if name != "type"]
        return any(
            self._read(each, frame) in said
            for each in walk([test])
            if isinstance(each, tree.Name | tree.Attribute | tree.Subscript)
        )

    def _read(self, node: tree.Expr, frame: Frame) -> Value:
        if not isinstance(node, tree.Call):
            return super()._read(node, frame)
        site = self.function.call_at(node)
        callee = None if site is None else dotted(site.callee)
        if callee in _MADE_OF_SCOPE:
            return self.sent.request
        if callee in _TESTS:
            return self._of_each(node, frame, decisive=callee == "builtins.any")
        is_of_text = isinstance(node.func, tree.Attribute) and isinstance(
            self._read(node.func.value, frame), Const
        )
        return self.machine.evaluate(node, frame) if is_of_text else super()._read(node, frame)

    def _of_each(self, node: tree.Call, frame: Frame, *, decisive: bool) -> Value:
        """``any(path.startswith(each) for each in PATHS)``"""
        match node.args:
            case [
                tree.Comprehension(
                    element=element,
                    clauses=[tree.Clause(target=tree.Name(id=name), iterable=among, conditions=[])],
                )
            ]:
                items = types.iterate(self._read(among, frame))
            case _:
                items = None
        if items is None:
            return UNKNOWN
        before = frame.namespace.get(name, UNKNOWN)
        answers: list[bool | None] = []
        for each in items:
            frame.namespace[name] = each
            answers.append(self._holds(element, frame))
        frame.namespace[name] = before
        if decisive in answers:
            return Const(decisive)
        return UNKNOWN if None in answers else Const(not decisive)
