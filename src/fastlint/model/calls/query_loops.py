"""Loops that ask the database once for each of their elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, names, walk
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.reading.enclosing import holds
from fastlint.model.reading.upwards import Upwards
from fastlint.model.shapes.loaded import loaded

if TYPE_CHECKING:
    from fastlint.model.project import Project

_SESSIONS = ("sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession")
_ASKS = frozenset({"execute", "scalars", "scalar", "exec", "get", "get_one", "query"})
_WORDS = tuple(map(search.spelled, _ASKS))
_WRITES = frozenset({"insert", "update", "delete"})


class Repeated(msgspec.Struct, frozen=True, eq=False):
    """A query that is asked once for each element."""

    span: Span
    loop: Span
    """What is looped over."""
    element: str
    """What an element is called."""
    relationship: str
    """``Author.books``, where looking at it is what asks; else empty."""
    function: Function


def repeated(project: Project) -> Iterator[Repeated]:
    """Every such query in what requests run, the first one of each loop."""
    lazy = {
        relationship.name
        for table in project.tables.all
        for relationship in table.relationships
        if relationship.is_lazy
    }
    words = search.Words([*_WORDS, *map(search.spelled, lazy)])
    for each in project.running:
        if search.matches(each.function.facts, words):
            seen: set[int] = set()
            for loop, found in _in(each.function, each.calls, lazy, project):
                if id(loop) not in seen:
                    seen.add(id(loop))
                    yield found


def _in(
    function: Function, sites: list[CallSite], lazy: set[str], project: Project
) -> Iterator[tuple[tree.Node, Repeated]]:
    up = Upwards(function)
    asking = {id(up.call(site.node)) for site in sites if _asks(site, project)}
    for node in up.nodes:
        if isinstance(node, tree.Attribute) and isinstance(node.value, tree.Name):
            loop = up.loop_of(node, node.value.id) if node.attr in lazy else None
            table = None if loop is None else _missing(node.attr, loop, function, project)
            if loop is not None and table:
                yield loop, _repeated(node, loop, f"{table}.{node.attr}", function)
        elif isinstance(node, tree.Call) and id(node) in asking:
            whole = _whole(node, up)
            loop = _loop(whole, up)
            if loop is not None and _is_plain(loop, whole):
                yield loop, _repeated(whole, loop, "", function)


def _missing(name: str, loop: tree.For | tree.Clause, function: Function, project: Project) -> str:
    """The table of what is looped over, if the relationship has not been loaded with it."""
    rows = loaded(loop.iterable, function, project)
    if rows is None or rows.is_async or not rows.is_many or rows.missing(name, project) is None:
        return ""
    return "" if search.mentions(function.facts, b"options") else rows.table.name


def _repeated(
    node: tree.Node, loop: tree.For | tree.Clause, shown: str, function: Function
) -> Repeated:
    element = next(names([loop.target]), "element")
    return Repeated(function.at(node), function.at(loop.iterable), element, shown, function)


def _asks(site: CallSite, project: Project) -> bool:
    """Whether a call of a session reads something."""
    of, _, name = (dotted(site.callee) or "").rpartition(".")
    if name not in _ASKS or not any(project.knowledge.derives(of, each) for each in _SESSIONS):
        return False
    called = [last_name(n.func) for n in walk([site.node]) if isinstance(n, tree.Call)]
    return not any(word in name for name in called for word in _WRITES)


def _whole(call: tree.Call, up: Upwards) -> tree.Expr:
    """``db.query(Book).filter(…).all()`` of its ``db.query(Book)``."""
    whole: tree.Expr = call
    above = up.above(whole)
    while isinstance(above, tree.Attribute | tree.Await) or (
        isinstance(above, tree.Call) and above.func is whole
    ):
        whole, above = above, up.above(above)
    return whole


def _loop(whole: tree.Expr, up: Upwards) -> tree.For | tree.Clause | None:
    """The loop whose element the query asks for, if its text says so."""
    for node in walk([whole]):
        match node:
            case tree.Call(func=tree.Attribute(attr="in_")):
                return None  # it asks for several at once
    loop = next((each for each in up.loops(whole) if _asks_for(whole, each.target)), None)
    match loop and loop.iterable:
        case tree.Call(func=tree.Name(id="range")):
            return None
        case tree.Name() | tree.Call() | tree.Attribute():
            return loop
    return None


def _asks_for(whole: tree.Expr, target: tree.Expr) -> bool:
    return not set(names([target])).isdisjoint(names([whole]))


def _is_plain(loop: tree.For | tree.Clause, whole: tree.Expr) -> bool:
    """Whether each element is asked for, and all of them by the same session.

    A loop that is left early looks for the first one that fits; one that opens a session for each
    element keeps them apart on purpose.
    """
    if isinstance(loop, tree.Clause):
        return True
    for node in walk(loop.body):
        match node:
            case tree.Return() | tree.Jump(kind="break"):
                return False
            case tree.With() if holds(node, whole):
                return False
    return True
