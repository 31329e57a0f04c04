"""Objects of the ORM that are read when an ``AsyncSession`` has let go of what they hold.

``commit()`` expires all objects of a session unless it was made with ``expire_on_commit=False``
(sqlalchemy/orm/session.py). The next look at an attribute loads it again, which an async session
cannot do by itself: ``MissingGreenlet``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import ClassValue
from fastlint.model.serving.responses import response_model
from fastlint.model.shapes.written_types import type_of

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_SESSION = "sqlalchemy.ext.asyncio.AsyncSession"
_COMMIT = search.spelled("commit")
_ASYNC = b"AsyncSession"
_OPTION = b"expire_on_commit"
_KEEPS = frozenset({"refresh", "expunge", "make_transient", "delete"})


class Expired(msgspec.Struct, frozen=True, eq=False):
    """A look at an object after the commit."""

    node: tree.Expr
    name: str
    commit: tree.Call
    function: Function


def expired(project: Project) -> Iterator[Expired]:
    """Where what runs for requests reads an object that its ``commit()`` has emptied."""
    index = project.modules_index
    paths = [path for path in index.paths if index.mentions(path, _ASYNC)]
    if not paths or any(index.mentions(path, _OPTION) for path in index.paths):
        return
    handlers = {
        id(served.function)
        for served in project.reach.served
        if served.kind == "handler" and any(map(_reads_attributes, served.routes))
    }
    for reached in project.reach.reached:
        function = reached.function
        if not function.is_async or not search.mentions(function.facts, _COMMIT):
            continue
        if not project.module(function.path).is_test:
            is_answer = id(function) in handlers
            yield from _Walk(function, project, is_answer=is_answer).found()


def _reads_attributes(route: Route) -> bool:
    """Whether the answer is made by a response model, which reads what is returned."""
    return route.kind == "http" and isinstance(response_model(route).declared, ClassValue)


class _Walk:
    def __init__(self, function: Function, project: Project, *, is_answer: bool) -> None:
        self.function = function
        self.project = project
        self.is_answer = is_answer
        """Whether what is returned is read on the spot, to make the answer."""

    def found(self) -> Iterator[Expired]:
        seen: set[str] = set()
        for each in self._block(self.function.statements, {}):
            if each.name not in seen:
                seen.add(each.name)
                yield each

    def _block(self, body: Sequence[tree.Stmt], gone: dict[str, tree.Call]) -> Iterator[Expired]:
        """``gone``: the objects that are empty, with the commit that did it."""
        for s in body:
            match s:
                case tree.With() | tree.Try():
                    yield from self._block(s.body, gone)
                case tree.If() | tree.For() | tree.While():
                    yield from self._block(s.body, dict(gone))
                    yield from self._block(s.orelse, dict(gone))
                case _:
                    yield from self._reads(s, gone)
                    self._after(s, gone)

    def _reads(self, s: tree.Stmt, gone: dict[str, tree.Call]) -> Iterator[Expired]:
        if not gone:
            return
        match s:
            case tree.Return(value=tree.Name(id=name) as read) if self.is_answer and name in gone:
                yield Expired(read, name, gone[name], self.function)
        targets = [id(t) for t in s.targets] if isinstance(s, tree.Assign) else []
        for node in walk([s]):
            match node:
                case tree.Call(func=tree.Attribute(attr=attr)) if attr in _KEEPS:
                    return
                case tree.Attribute(value=tree.Name(id=name)) if name in gone:
                    if id(node) not in targets:
                        yield Expired(node, name, gone[name], self.function)

    def _after(self, s: tree.Stmt, gone: dict[str, tree.Call]) -> None:
        if isinstance(s, tree.Assign):
            for target in s.targets:
                if isinstance(target, tree.Name):
                    gone.pop(target.id, None)
        for node in walk([s]):
            if not isinstance(node, tree.Call) or not isinstance(node.func, tree.Attribute):
                continue
            if node.func.attr in _KEEPS:
                for given in node.args:
                    gone.pop(getattr(given, "id", ""), None)
            elif node.func.attr == "commit" and self._is_commit(node):
                gone.update(dict.fromkeys(self._objects(node), node))

    def _is_commit(self, call: tree.Call) -> bool:
        site = self.function.call_at(call)
        owner, _, _name = (dotted(site.callee) or "").rpartition(".") if site else ("", "", "")
        return bool(owner) and self.project.knowledge.derives(owner, _SESSION)

    def _objects(self, commit: tree.Call) -> Iterator[str]:
        """The variables that hold an object of a table when it is committed."""
        for node in self.function.nodes:
            if not isinstance(node, tree.Assign) or len(node.targets) != 1:
                continue
            target = node.targets[0]
            if not isinstance(target, tree.Name) or node.line >= commit.line:
                continue
            cls = type_of(target, self.function, self.project)
            if cls is not None and self.project.table(cls) is not None:
                yield target.id
