"""Which objects of a table a query gives, and what it does not load with them.

Followed from SQLAlchemy 2.1 (``orm/loading.py``, ``orm/strategies.py``): a relationship whose
loading is ``select`` is asked for when it is first looked at, unless an option of the query says
otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.shapes.columns import Relationship
from fastlint.model.shapes.tables import Table

if TYPE_CHECKING:
    from fastlint.model.project import Project

_ASYNC = "sqlalchemy.ext.asyncio.AsyncSession"
_SESSIONS = ("sqlalchemy.orm.Session", _ASYNC)
_RUN = frozenset({"execute", "scalars", "scalar", "exec"})
"""Methods of sessions that are given a statement."""
_MANY = frozenset({"all", "fetchall", "unique", "scalars"})
_ONE = frozenset({"first", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "scalar"})
_OUT_OF_ROWS = frozenset({"scalars", "scalar_one", "scalar_one_or_none", "scalar"})
_SAME = frozenset(
    {"where", "filter", "filter_by", "order_by", "limit", "offset", "distinct", "join", "outerjoin"}
)
"""Methods of statements and queries that change which objects come, and not what is loaded."""
_DEEPEST = 12


class Loaded(msgspec.Struct, frozen=True, eq=False):
    """What an expression gives: an object of a table, or several."""

    table: Table
    is_many: bool
    is_async: bool
    """Whether the session is an ``AsyncSession``, which cannot ask for more by itself."""
    in_rows: bool = False
    """Whether each object still stands in a row of the result."""

    def missing(self, name: str, project: Project) -> Relationship | None:
        """The relationship of that name, if it holds several objects that are not loaded yet.

        Of one that holds a single object the session may have it already.
        """
        found = self.table.relationship(name)
        if found is None or found.lazy != "select" or not found.is_lazy:
            return None
        return found if project.tables.is_many(found, self.table) else None


def loaded(node: tree.Expr | None, function: Function, project: Project) -> Loaded | None:
    """The objects that an expression of a function gives; None where that is not certain."""
    found = _Reader(function, project).loaded(node, _DEEPEST)
    return None if found is None or found.in_rows else found


class _Reader:
    def __init__(self, function: Function, project: Project) -> None:
        self.function = function
        self.project = project

    def loaded(self, node: tree.Expr | None, depth: int) -> Loaded | None:
        match node:
            case _ if depth == 0:
                return None
            case tree.Await(value=value):
                return self.loaded(value, depth)
            case tree.Name(id=name):
                return self.loaded(self.function.only_value(name), depth - 1)
            case tree.Call(func=tree.Attribute(value=owner, attr=attr)):
                site = self.function.call_at(node)
                return None if site is None else self._called(site, owner, attr, depth - 1)
        return None

    def _called(self, site: CallSite, owner: tree.Expr, attr: str, depth: int) -> Loaded | None:
        of, _, _ = (dotted(site.callee) or "").rpartition(".")
        session = next((s for s in _SESSIONS if of and self.project.knowledge.derives(of, s)), "")
        if session:
            return self._asked(site.node, attr, session, depth)
        if attr not in _MANY | _ONE:
            return None
        if of == "sqlalchemy.orm.Query":
            table = self._statement(owner, depth)
            return None if table is None else Loaded(table, attr in _MANY, is_async=False)
        found = self.loaded(owner, depth)
        if found is None:
            return None
        in_rows = found.in_rows and attr not in _OUT_OF_ROWS
        return Loaded(found.table, attr in _MANY, found.is_async, in_rows)

    def _asked(self, call: tree.Call, attr: str, session: str, depth: int) -> Loaded | None:
        """What a call of a session gives."""
        if not call.args or any(each.name == "options" for each in call.keywords):
            return None
        table: Table | None = None
        if attr in _RUN:
            table = self._statement(call.args[0], depth)
        elif attr == "get":
            table = self._table(call.args[0])
        if table is None:
            return None
        is_many = attr not in ("get", "scalar")
        return Loaded(table, is_many, session == _ASYNC, in_rows=attr == "execute")

    def _statement(self, node: tree.Expr | None, depth: int) -> Table | None:
        """The one table that a statement selects from, with nothing said of how it is loaded."""
        match node:
            case _ if depth == 0:
                return None
            case tree.Name(id=name):
                return self._statement(self.function.only_value(name), depth - 1)
            case tree.Call(func=tree.Attribute(value=owner, attr=attr)) if attr in _SAME:
                return self._statement(owner, depth - 1)
            case tree.Call(func=func, args=[selected], keywords=[]):
                return self._table(selected) if last_name(func) in ("select", "query") else None
        return None

    def _table(self, node: tree.Expr) -> Table | None:
        if self.function.value is None:
            return None
        return self.project.table(evaluate(node, self.function.value.closure))
