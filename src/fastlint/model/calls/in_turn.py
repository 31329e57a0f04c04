"""Loops that wait for one answer of another server after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, names, place, walk
from fastlint.findings import Span
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import FunctionValue
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CLIENTS = ("httpx.AsyncClient", "httpx2.AsyncClient", "aiohttp.ClientSession")
_ASKS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send"})
_WORDS = search.Words(map(search.spelled, _ASKS))
_SLOW = frozenset({"sleep", "throttle", "acquire"})
"""What is awaited besides to be slow on purpose."""


class InTurn(msgspec.Struct, frozen=True, eq=False):
    """A request to another server that waits for the one of the element before."""

    span: Span
    element: str
    """What an element is called."""
    function: Function


def in_turn(project: Project) -> Iterator[InTurn]:
    """Every such request in what runs on the event loop, the first one of each loop."""
    for each in project.running:
        if each.on_loop:
            asking = [site for site in each.calls if _asks(site, project)]
            if asking:
                yield from _in(each.function, asking)


def _asks(site: CallSite, project: Project) -> bool:
    """Whether a call asks another server, or is of a function that does so itself."""
    if _is_request(site, project):
        return True
    if not isinstance(site.callee, FunctionValue) or not site.callee.facts.is_async:
        return False
    if site.callee.facts.is_generator or not search.matches(site.callee.facts, _WORDS):
        return False
    function = project.function(site.callee)
    requests = [inner for inner in function.calls if _is_request(inner, project)]
    return bool(requests) and _is_certain(requests[0], Upwards(function))


def _is_certain(request: CallSite, up: Upwards) -> bool:
    """Whether a function makes the request whenever it is called."""
    above = up.above(up.call(request.node))
    while above is not None:
        if isinstance(above, tree.If | tree.IfExp | tree.For | tree.While | tree.Match):
            return False
        above = up.above(above)
    return True


def _is_request(site: CallSite, project: Project) -> bool:
    of, _, name = (dotted(site.callee) or "").rpartition(".")
    return name in _ASKS and any(project.knowledge.derives(of, each) for each in _CLIENTS)


def _in(function: Function, asking: list[CallSite]) -> Iterator[InTurn]:
    up = Upwards(function)
    seen: set[int] = set()
    for site in asking:
        call = up.call(site.node)
        if call is None or not isinstance(up.above(call), tree.Await | tree.WithItem):
            continue
        loop = _loop(call, up)
        if loop is None or id(loop) in seen:
            continue
        seen.add(id(loop))
        if isinstance(loop, tree.Clause) or _is_independent(loop, call):
            yield InTurn(function.at(call), next(names([loop.target]), "element"), function)


def _loop(call: tree.Call, up: Upwards) -> tree.For | tree.Clause | None:
    """The loop for whose element the call asks."""
    asked = set(names([*call.args, *call.keywords]))
    for loop in up.loops(call):
        if not asked.isdisjoint(names([loop.target])):
            return None if loop.is_async else loop
    return None


def _is_independent(loop: tree.For, call: tree.Call) -> bool:
    """Whether no element has to wait for what came of the one before, and none is to be slow."""
    earlier: set[str] = set()
    later: set[str] = set()
    for node in walk(loop.body):
        match node:
            case tree.Jump(kind="break") | tree.Return() | tree.Raise() | tree.Yield():
                return False
            case tree.Call(func=func) if last_name(func) in _SLOW:
                return False
            case tree.AugAssign(target=tree.Name(id=name)):
                later.add(name)
            case tree.Assign(targets=targets):
                bound = {each.id for each in targets if isinstance(each, tree.Name)}
                (earlier if place(node) < place(call) else later).update(bound)
    return later.isdisjoint(set(names([call])) - earlier)
