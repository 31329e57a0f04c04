"""Pools and clients that are made anew for each request, though one could serve them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import names
from fastlint.findings import Related, Span
from fastlint.model.calls import once
from fastlint.model.calls.blocking import own_name
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    NONE,
    External,
    FunctionValue,
    Instance,
    Member,
    Value,
)
from fastlint.model.knowledge import load_table
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.calls.reach import Served
    from fastlint.model.project import Project

_DEEPEST = 3
_OURS = frozenset({"dependency", "special", "unknown"})
"""Parameters that need not have anything to do with what the client sends."""
_TAILORED = frozenset({"poolclass", "transport"})
"""Arguments with which there is no pool worth keeping."""
_LENT = frozenset({"connection_pool", "connector", "http_client", "pool"})
"""Arguments that are the pool, which others may use as well."""


class Made(msgspec.Struct, frozen=True, eq=False):
    """A pool or client that is made for each request."""

    span: Span
    shown: str
    """``create_engine``, ``AsyncClient``"""
    function: Function
    """Where it is made."""
    trail: tuple[tuple[Span, Function], ...]
    """The calls that lead there from what FastAPI calls, with what they call."""
    served: tuple[Served, ...]

    @property
    def where(self) -> str:
        """``the handler `read```: the first of what FastAPI calls and that leads here."""
        first = self.served[0]
        return f"the {first.kind} `{first.function.name}`"

    @property
    def way(self) -> tuple[Related, ...]:
        """From there to the call, for the trail of a finding."""
        start = Related(self.served[0].function.name_span, f"{self.where} runs for each request")
        calls = (Related(span, f"it calls `{called.name}`") for span, called in self.trail)
        return (start, *calls)

    @property
    def handlers(self) -> tuple[str, ...]:
        """``module:qualname`` of every handler whose requests lead here."""
        routes = (route for served in self.served for route in served.routes)
        return tuple(dict.fromkeys(route.handler.id for route in routes if route.handler))


@cache
def _known(table: str) -> frozenset[str]:
    return frozenset(load_table("pools")[table]["names"])


def made_per_request(project: Project, table: str) -> Iterator[Made]:
    """Where handlers and dependencies make ``engines`` or ``clients``, each place once."""
    found: dict[Span, list[Made]] = {}
    for served in project.reach.served:
        module = project.module(served.function.path)
        if served.kind not in ("handler", "dependency") or module.is_test or module.is_one_off:
            continue
        for made in _made(served, served.function, table, (), project):
            found.setdefault(made.span, []).append(made)
    for same in found.values():
        first = same[0]
        served_by = tuple(each.served[0] for each in same)
        yield Made(first.span, first.shown, first.function, first.trail, served_by)


def _made(
    served: Served,
    function: Function,
    table: str,
    trail: tuple[tuple[Span, Function], ...],
    project: Project,
) -> Iterator[Made]:
    if _is_cached(function) or project.module(function.path).is_test:
        return
    up: Upwards | None = None
    passed_by: tuple[once.Range, ...] = ()
    for site in function.calls:
        name = own_name(site.callee)
        is_made = name in _known(table) and isinstance(site.callee, External | Member)
        called = site.callee if isinstance(site.callee, FunctionValue) else None
        if not is_made and (called is None or called.decorators or len(trail) == _DEEPEST):
            continue
        if called is not None and not _may_make(called, table):
            continue
        if up is None:
            up = Upwards(function)
            passed_by = project.first_calls.passed_by(function.facts)
        node = up.call(site.node)
        if node is None or once.is_in(site.node, passed_by) or _is_kept(node, up):
            continue  # what a lambda makes, it makes when it is called
        if called is not None:
            below = project.function(called)
            yield from _made(served, below, table, (*trail, (site.span, below)), project)
        elif not _is_tailored(site, served, function) and not _is_disposed(function):
            yield Made(site.span, name.rpartition(".")[2], function, trail, (served,))


def _may_make(value: FunctionValue, table: str) -> bool:
    """Whether the function could make one, or call what does: most of them are small."""
    return search.matches(value.facts, _words(table))


@cache
def _words(table: str) -> search.Words:
    words = {name.rpartition(".")[2].encode() for name in _known(table)}
    return search.Words({*words, b"engine", b"client", b"pool"})


def _is_cached(function: Function) -> bool:
    decorators = () if function.value is None else function.value.decorators
    return any(
        "cache" in getattr(by, "name", "") or "cache" in getattr(getattr(by, "cls", 0), "name", "")
        for by in decorators
    )


def _is_tailored(site: CallSite, served: Served, function: Function) -> bool:
    """Whether it is made of what the client sends, or of what the caller gives."""
    if not _TAILORED.isdisjoint(site.keywords) or _is_lent_a_pool(site, function):
        return True
    given = set(names([*site.node.args, *(keyword.value for keyword in site.node.keywords)]))
    if function is not served.function:
        return any(param.name in given for param in function.facts.params)
    sent = {
        param.name
        for route in served.routes
        for owner, _, param in route.signatures
        if owner is function and param.source not in _OURS
    }
    return not sent.isdisjoint(given)


def _is_lent_a_pool(site: CallSite, function: Function) -> bool:
    """Whether it uses connections that were not made just for it, where it is made itself."""
    lent = [site.keywords[name] for name in _LENT & site.keywords.keys()]
    return any(each != NONE and not _is_made_in(each, function) for each in lent)


def _is_made_in(value: Value, function: Function) -> bool:
    made = value.span if isinstance(value, Instance) else None
    return made is not None and made in {site.span for site in function.calls}


def _is_disposed(function: Function) -> bool:
    """Whether the function puts an end to it, as one does that only tries a connection."""
    return search.mentions(function.facts, search.spelled("dispose"))


def _is_kept(node: tree.Node | None, up: Upwards) -> bool:
    """Whether the object is kept for others: in an attribute, a global, a collection."""
    parent = up.above(node)
    while isinstance(parent, tree.Await | tree.IfExp | tree.BoolOp):
        parent = up.above(parent)
    match parent:
        case tree.Assign(targets=targets):
            return any(_is_bound_for_others(target, up) for target in targets)
        case tree.AnnAssign(target=target):
            return _is_bound_for_others(target, up)
        case tree.Sequence() | tree.DictDisplay() | tree.Walrus():
            return True
        case tree.Call() if not isinstance(node, tree.Call) or parent.func is not node:
            return _is_own(parent, up)
        case tree.Keyword():
            call = up.above(parent)
            return isinstance(call, tree.Call) and _is_own(call, up)
    return False


def _is_bound_for_others(target: tree.Expr, up: Upwards) -> bool:
    if not isinstance(target, tree.Name):
        return True
    if up.is_shared(target.id):
        return True
    return any(
        isinstance(node, tree.Assign)
        and isinstance(node.value, tree.Name)
        and node.value.id == target.id
        for node in up.nodes
    )


def _is_own(call: tree.Call, up: Upwards) -> bool:
    """Whether a call is one of a function that might keep what it is given."""
    site = next((s for s in up.function.calls if s.node is call or up.call(s.node) is call), None)
    return site is None or not isinstance(site.callee, External | Member)
