"""Connections of SQLite that are made in one thread and used in another.

sqlite3 allows that only with ``check_same_thread=False``. FastAPI runs a ``def`` in a thread of its
pool and an ``async def`` on the event loop, so that a dependency and what it is for may be in two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.calls.reach import Served
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import Value
from fastlint.model.reading.mentions import imported_packages

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CONNECT = "sqlite3.connect"
_OPTION = "check_same_thread"


class Elsewhere(msgspec.Struct, frozen=True, eq=False):
    """A connection that is used in another thread than it was made in."""

    site: CallSite
    """The call that makes it."""
    dependency: Served
    user: Function
    use: Span


def used_elsewhere(project: Project) -> Iterator[Elsewhere]:
    """The dependencies that give a connection to what certainly runs in another thread."""
    if not any("sqlite3" in imported_packages(module) for module in project.modules):
        return
    for served in project.reach.served:
        function = served.function
        if served.kind != "dependency" or project.module(function.path).is_test:
            continue
        site = next(filter(_is_bound, function.calls), None)
        if site is None or not _gives(function, site.result):
            continue
        for user, name in served.receivers():
            use = _use(user, name) if user.is_async is not function.is_async else None
            if use is not None:
                yield Elsewhere(site, served, user, use)
                break


def _is_bound(site: CallSite) -> bool:
    names = {each.name for each in site.node.keywords}
    return dotted(site.callee) == _CONNECT and names.isdisjoint({_OPTION, None})


def _gives(function: Function, made: Value) -> bool:
    return any(each.value is made for each in (*function.returns, *function.watch.yields))


def _use(user: Function, name: str) -> Span | None:
    """Where a function calls a method of what it is given."""
    for node in user.nodes:
        match node:
            case tree.Call(func=tree.Attribute(value=tree.Name(id=owner))) if owner == name:
                return user.at(node)
    return None
