"""Statements that are given to SQLAlchemy as plain text.

Since 2.0 ``execute`` and its like take executable objects only (sqlalchemy/orm/session.py
`Session._execute_internal`, sqlalchemy/engine/base.py `Connection.execute`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import Const, FunctionValue
from fastlint.model.serving.routing import attached

if TYPE_CHECKING:
    from fastlint.model.project import Project

_OWNERS = frozenset(
    {
        "sqlalchemy.Connection", "sqlalchemy.ext.asyncio.AsyncConnection",
        "sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.orm.Session", "sqlmodel.Session",
        "sqlmodel.ext.asyncio.session.AsyncSession",
    }
)  # fmt: skip
_METHODS = frozenset({"exec", "execute", "scalar", "scalars", "stream", "stream_scalars"})
_WORDS = search.Words(search.spelled(name) for name in _METHODS)


class RawSql(msgspec.Struct, frozen=True, eq=False):
    """A call that is given text where a statement belongs."""

    span: Span
    """The text."""
    written: str
    """``Session.execute``"""
    is_literal: bool
    """Whether the text stands there itself, in full."""


def raw_sql(project: Project) -> Iterator[RawSql]:
    """Every call of a session or connection with a plain text."""
    for function in _functions(project):
        if not search.matches(function.facts, _WORDS):
            continue
        for site in function.calls:
            owner, _, method = (dotted(site.callee) or "").rpartition(".")
            if method not in _METHODS or owner not in _OWNERS or not site.node.args:
                continue
            node, value = site.node.args[0], site.args[0] if site.args else None
            is_text = isinstance(value, Const) and isinstance(value.value, str)
            if is_text or isinstance(node, tree.FString):
                written = f"{owner.rpartition('.')[2]}.{method}"
                yield RawSql(function.at(node), written, isinstance(node, tree.Constant))


def _functions(project: Project) -> Iterator[Function]:
    """What runs for requests, and around the life of an app; nothing that lacks SQLAlchemy."""
    index = project.modules_index
    if not any(index.mentions(path, "sqlalchemy", "sqlmodel") for path in index.paths):
        return
    yield from (reached.function for reached in project.reach.reached)
    for _, item in attached(project.machine.routers):
        if item.kind in ("lifespan", "event") and isinstance(item.function, FunctionValue):
            yield project.function(item.function)
