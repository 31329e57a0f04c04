"""Headers, cookies and status codes that are set on a response that is never sent.

Followed from fastapi 0.165, ``routing.py`` (`get_request_handler`): what is set on the injected
``Response`` goes into the response that FastAPI makes itself. A response that the handler returns
is sent as it is, and for an exception another one is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.answers.escaping import HTTP_EXCEPTION
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Instance
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_COOKIES = ("set_cookie", "delete_cookie")
_HEADERS = ("append", "update", "setdefault")
_ITS_OWN = {"header": "headers", "status code": "status_code"}
"""By what keyword another response is given the same of its own."""


class Discarded(msgspec.Struct, frozen=True, eq=False):
    """Something that is set on the injected response, and lost."""

    function: Function
    node: tree.Node
    what: str
    """``cookie``, ``header`` or ``status code``"""
    by: tree.Return | tree.Raise
    """What another response is made by."""


def discarded(route: Route, project: Project) -> Iterator[Discarded]:
    """What a handler, or a dependency that raises, sets in vain."""
    if route.kind != "http":
        return
    for function, dependency, param in route.signatures:
        if param.source != "special" or function.facts.is_generator:
            continue
        if not classes.derives(param.type, RESPONSE, project.knowledge):
            continue
        if search.mentions(function.facts, b"cookie", b"headers", b"status_code"):
            walked = _Walk(function, param.name, project, is_handler=dependency is None)
            if walked.is_only_set():
                yield from walked.block(function.statements, [], 0)


class _Walk:
    """One walk over one body."""

    def __init__(
        self, function: Function, name: str, project: Project, *, is_handler: bool
    ) -> None:
        self.function = function
        self.name = name
        self.project = project
        self.is_handler = is_handler

    def is_only_set(self) -> bool:
        """Whether nothing is done with the response but to set something on it."""
        uses = sum(isinstance(n, tree.Name) and n.id == self.name for n in self.function.nodes)
        sets = sum(self._sets(n) is not None for n in self.function.nodes)
        nested = any(isinstance(n, tree.FunctionDef | tree.Lambda) for n in self.function.nodes)
        return 0 < sets == uses and not nested

    def block(
        self, body: Sequence[tree.Stmt], before: list[tuple[tree.Node, str]], outside: int
    ) -> Iterator[Discarded]:
        """The losses in some statements; ``before`` is what has certainly been set until then.

        The first ``outside`` of these were set before the condition under which the statements
        run. An exception that is raised under it loses them, as it should: the answer of an error
        need not log anybody in, and all other answers do. A response that is returned under it may
        have headers of its own, or a status.
        """
        for s in body:
            what = self._sets(s.value if isinstance(s, tree.ExprStmt) else s)
            if what is not None:
                before.append((s, what))
            match s:
                case tree.Return() | tree.Raise() if before and self._is_other(s):
                    for i, (node, each) in enumerate(before):
                        if not self._is_meant(s, each, is_elsewhere=i < outside):
                            yield Discarded(self.function, node, each, s)
                case tree.If() | tree.For() | tree.While():
                    yield from self.block(s.body, list(before), len(before))
                    yield from self.block(s.orelse, list(before), len(before))
                case tree.With():
                    yield from self.block(s.body, before, outside)
                case tree.Try():
                    yield from self.block([*s.body, *s.orelse], list(before), outside)
                    for handler in s.handlers:
                        yield from self.block(handler.body, list(before), len(before))
                    yield from self.block(s.final, list(before), outside)

    def _sets(self, node: tree.Node) -> str | None:
        match node:
            case tree.Call(func=tree.Attribute(value=tree.Name(id=name), attr=attr)):
                return "cookie" if name == self.name and attr in _COOKIES else None
            case tree.Call(
                func=tree.Attribute(
                    value=tree.Attribute(value=tree.Name(id=name), attr="headers"), attr=attr
                )
            ):
                return "header" if name == self.name and attr in _HEADERS else None
            case tree.Assign(
                targets=[
                    tree.Subscript(value=tree.Attribute(value=tree.Name(id=name), attr="headers"))
                ]
            ):
                return "header" if name == self.name else None
            case tree.Assign(
                targets=[tree.Attribute(value=tree.Name(id=name), attr="status_code")]
            ):
                return "status code" if name == self.name else None
        return None

    @staticmethod
    def _is_meant(s: tree.Return | tree.Raise, what: str, *, is_elsewhere: bool) -> bool:
        """Whether it may well be lost here: the other answers, from elsewhere, have it."""
        if isinstance(s, tree.Raise):
            return is_elsewhere or what == "status code"
        keywords = s.value.keywords if isinstance(s.value, tree.Call) else ()
        return is_elsewhere and any(each.name == _ITS_OWN.get(what, "") for each in keywords)

    def _is_other(self, s: tree.Return | tree.Raise) -> bool:
        """Whether another response is sent from here."""
        if isinstance(s, tree.Raise):
            made = s.exc.func if isinstance(s.exc, tree.Call) else None
            value = self.function.value
            if made is None or value is None or self._is_tried(s):
                return False
            cls = evaluate(made, value.closure)
            return classes.derives(cls, HTTP_EXCEPTION, self.project.knowledge)
        if not self.is_handler:
            return False
        for returned in self.function.returns:
            node = returned.node
            if (node.line, node.column) == (s.line, s.column):
                given = returned.value
                if not isinstance(given, Instance):
                    return False
                return classes.derives(given.cls, RESPONSE, self.project.knowledge)
        return False

    def _is_tried(self, s: tree.Raise) -> bool:
        """Whether a ``try`` of the function may take the exception."""
        for node in self.function.nodes:
            if isinstance(node, tree.Try) and node.handlers:
                inside = walk(node.body)
                if any((n.line, n.column) == (s.line, s.column) for n in inside):
                    return True
        return False
