"""Coroutines that run at the same time and share an ``AsyncSession``, which only one may use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import dotted_name, names, place, walk
from fastlint.findings import Span
from fastlint.model.calls.blocking import own_name
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue, Instance, Member, Value
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.knowledge import Knowledge
    from fastlint.model.project import Project

_SESSIONS = ("sqlalchemy.ext.asyncio.AsyncSession", "sqlalchemy.ext.asyncio.AsyncConnection")
_REGISTRY = "sqlalchemy.ext.asyncio.async_scoped_session"
_GATHERS = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed"})
_STARTS = frozenset({"create_task", "start_soon"})
_LOCK = re.compile(r"lock|mutex|semaphore", re.IGNORECASE)


class AtOnce(msgspec.Struct, frozen=True, eq=False):
    """A session that several coroutines use at the same time."""

    span: Span
    """The second of them, or the one that is made again and again."""
    first: Span
    session: str
    """The session as written: ``db``, ``self.session``."""
    kind: str
    """``AsyncSession`` or ``AsyncConnection``"""
    starter: str
    """What starts them: ``gather``, ``create_task``"""
    function: Function


def at_once(project: Project) -> Iterator[AtOnce]:
    """The sessions that what runs for requests gives to several coroutines at once."""
    for each in project.running:
        starting = [site for site in each.calls if _starts(site)]
        if starting:
            yield from _Shared(each.function, each.calls, project.knowledge).found(starting)


def _starts(site: CallSite) -> bool:
    func = site.node.func
    return own_name(site.callee) in _GATHERS or getattr(func, "attr", "") in _STARTS


class _Shared:
    """Looks for sessions that the branches of one function have in common."""

    def __init__(self, function: Function, calls: list[CallSite], knowledge: Knowledge) -> None:
        self.function = function
        self.sites = {place(site.node): site for site in calls}
        self.knowledge = knowledge
        self.upwards = Upwards(function)

    def found(self, starting: list[CallSite]) -> Iterator[AtOnce]:
        groups: dict[str, list[CallSite]] = defaultdict(list)
        for site in starting:
            func = site.node.func
            if own_name(site.callee) in _GATHERS:
                branches = [branch for arg in site.node.args for branch in self._branches(arg)]
                yield from self._clashes(branches, own_name(site.callee).rpartition(".")[2])
            elif isinstance(func, tree.Attribute) and self._is_group(func):
                groups[dotted_name(func.value)].append(site)
        for sites in groups.values():
            branches = [
                (branch, again or self._is_repeated(site.node))
                for site in sites
                for arg in site.node.args[:1]
                for branch, again in self._branches(arg)
            ]
            yield from self._clashes(branches, dotted_name(sites[0].node.func))

    def _is_group(self, func: tree.Attribute) -> bool:
        """Whether ``async with`` enters the object here, which then waits for what it starts."""
        return any(
            isinstance(node, tree.With)
            and node.is_async
            and any(
                isinstance(item.target, tree.Name) and item.target.id == dotted_name(func.value)
                for item in node.items
            )
            for node in self.upwards.nodes
        )

    def _branches(self, node: tree.Expr) -> Iterator[tuple[CallSite, bool]]:
        """The coroutines that an argument gives, and whether each is made again and again."""
        if isinstance(node, tree.Starred):
            node = node.value
        match node:
            case tree.Call():
                site = self.sites.get(place(node))
                if site is not None and getattr(node.func, "attr", "") in _STARTS:
                    yield from (b for arg in node.args[:1] for b in self._branches(arg))
                elif site is not None:
                    yield site, False
            case tree.Comprehension(element=tree.Call() as element, clauses=clauses):
                bound = {name for clause in clauses for name in names([clause.target])}
                for site, _ in self._branches(element):
                    if bound.isdisjoint(text.partition(".")[0] for text in self._sessions(site)):
                        yield site, True
            case tree.Sequence(items=items):
                for item in items:
                    yield from self._branches(item)
            case tree.Name(id=name):
                yield from self._named(name)

    def _named(self, name: str) -> Iterator[tuple[CallSite, bool]]:
        """What a list of coroutines that is bound to a name, once, holds."""
        value = self.function.only_value(name)
        if value is not None and not isinstance(value, tree.Name):
            yield from self._branches(value)

    def _clashes(self, branches: list[tuple[CallSite, bool]], starter: str) -> Iterator[AtOnce]:
        users: dict[str, CallSite] = {}
        for site, again in branches:
            for text, kind in self._sessions(site).items():
                first = users.setdefault(text, site)
                if first is not site or again:
                    spans = site.span, first.span
                    yield AtOnce(*spans, text, kind, starter.rpartition(".")[2], self.function)
                    return

    def _is_repeated(self, node: tree.Node) -> bool:
        """Whether the call stands in a loop over what is not the session's own making."""
        call = self.upwards.call(node) if isinstance(node, tree.Call) else None
        above = self.upwards.above(call)
        while above is not None:
            if isinstance(above, tree.For | tree.While):
                return not self._makes_session(above)
            above = self.upwards.above(above)
        return False

    def _makes_session(self, loop: tree.For | tree.While) -> bool:
        """Whether a session is made, or a lock taken, anew each time that the loop runs."""
        return any(isinstance(node, tree.With) for node in walk(loop.body)) or any(
            self._kind(site.result)
            for node in walk(loop.body)
            if isinstance(node, tree.Call) and (site := self.sites.get(place(node)))
        )

    # --- which sessions a coroutine uses -----------------------------------------------------

    def _sessions(self, site: CallSite) -> dict[str, str]:
        """The sessions that a coroutine uses, as this function writes them, and their kinds."""
        found: dict[str, str] = {}
        node, callee = site.node, site.callee
        if isinstance(callee, Member) and isinstance(node.func, tree.Attribute):
            self._note(found, node.func.value, callee.owner)
        if isinstance(callee, FunctionValue) and self._takes_turns(callee):
            return {}
        if isinstance(callee, FunctionValue) and callee.facts.is_async:
            for arg, value in zip(node.args, site.args, strict=False):
                self._note(found, arg, value)
            for keyword in node.keywords:
                self._note(found, keyword.value, site.keywords.get(keyword.name or ""))
            if isinstance(node.func, tree.Attribute) and callee.bound is not None:
                found.update(self._own(callee, dotted_name(node.func.value)))
        return found

    def _own(self, method: FunctionValue, receiver: str) -> Iterator[tuple[str, str]]:
        """The sessions that a method uses which its object keeps: ``self.session.get(…)``."""
        if not receiver or not method.facts.params or self.function.machine is None:
            return
        first = method.facts.params[0].name
        for site in self.function.machine.watch(method).calls:
            if isinstance(site.callee, Member) and isinstance(site.node.func, tree.Attribute):
                text = dotted_name(site.node.func.value)
                kind = self._kind(site.callee.owner)
                if kind and text.startswith(f"{first}."):
                    yield receiver + text.removeprefix(first), kind

    def _note(self, found: dict[str, str], node: tree.Expr, value: Value | None) -> None:
        text, kind = dotted_name(node), self._kind(value)
        if text and kind:
            found[text] = kind

    def _kind(self, value: Value | None) -> str:
        if not isinstance(value, Instance) or classes.derives(value.cls, _REGISTRY, self.knowledge):
            return ""
        known = (each for each in _SESSIONS if classes.derives(value.cls, each, self.knowledge))
        return next(known, "").rpartition(".")[2]

    def _takes_turns(self, function: FunctionValue) -> bool:
        return any(
            isinstance(node, tree.With)
            and any(_LOCK.search(dotted_name(item.context)) for item in node.items)
            for node in walk(tree.statements(function.facts))
        )
