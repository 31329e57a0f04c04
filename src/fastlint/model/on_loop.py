"""What keeps the event loop waiting while an entry runs on it.

Looked at are the entry itself and the functions nested in it that it calls where they stand. To
follow its calls into other functions of the project, `_runs_inline` is what has to say yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastlint.facts import tree
from fastlint.facts.walk import names
from fastlint.findings import Span
from fastlint.model.blocking import Blocking, blocking, looping
from fastlint.model.colour import is_shared_session
from fastlint.model.entries import Entry
from fastlint.model.frames import CallSite
from fastlint.model.functions import Function
from fastlint.model.project import Project
from fastlint.model.values import Const, FunctionValue, Instance, Member

_LOCK = re.compile(r"lock|mutex|semaphore|condition", re.IGNORECASE)

_CANCELLING = re.compile(r"BaseException|Cancelled|GeneratorExit")

_Place = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Blocked:
    """A place where the event loop is kept waiting."""

    blocking: Blocking
    span: Span
    """The call, or what is looped over."""
    trail: tuple[tuple[Function, CallSite], ...]
    """The calls that lead there from the entry, each with the function that makes it."""
    mend: str
    """How it can be mended where it stands: as `Blocking.mend`, or ``rename unsafely``."""


def blocked(entry: Entry, project: Project) -> tuple[Blocked, ...]:
    """The places where an entry keeps the event loop waiting, in the order of the text.

    What a blocking call has opened (a file, a connection) is spoken of once, at that call.
    """
    found: dict[Span, Blocked] = {}
    seen: set[int] = set()
    for each in _in_function(entry.function, (), project, seen):
        found.setdefault(each.span, each)
    return tuple(found[span] for span in sorted(found))


_Trail = tuple[tuple[Function, CallSite], ...]


def _in_function(
    function: Function, trail: _Trail, project: Project, seen: set[int]
) -> Iterator[Blocked]:
    if id(function) in seen:
        return
    seen.add(id(function))
    surroundings = _Surroundings(function)
    opened: set[int] = set()
    for site in function.calls:
        if _is_of(site, opened):
            opened.add(id(site.result))
            continue
        if isinstance(site.callee, FunctionValue) and _runs_inline(site, site.callee, function):
            inner = project.function(site.callee)
            yield from _in_function(inner, (*trail, (function, site)), project, seen)
        found = blocking(site, project.knowledge, project.settings)
        if found is not None and _place(site.node) not in surroundings.asynchronous:
            if found.opens and isinstance(site.result, Instance):
                opened.add(id(site.result))
            mend = surroundings.mend(found, site) if function.is_async else "none"
            yield Blocked(found, site.span, trail, mend)
    for loop in function.watch.iterations:
        if id(loop.value) not in opened:
            found = looping(loop.value, project.knowledge, project.settings)
            if found is not None:
                yield Blocked(found, function.at(loop.node), trail, "none")


def _is_of(site: CallSite, opened: set[int]) -> bool:
    """Whether the call is a method of something that a blocking call opened."""
    return isinstance(site.callee, Member) and id(site.callee.owner) in opened


def _runs_inline(site: CallSite, callee: FunctionValue, caller: Function) -> bool:
    """Whether a call runs one of the caller's own nested functions then and there."""
    facts = callee.facts
    if callee.path != caller.path or facts.is_generator or facts.is_async is not site.awaited:
        return False
    return facts.qualname.startswith(f"{caller.facts.qualname}.<locals>.")


class _Surroundings:
    """What stands around the calls of a function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.withs: list[tree.With] = []
        self.last_words: list[list[tree.Stmt]] = []
        """What also runs when a request is cancelled: to await there is to be cancelled again."""
        self.asynchronous: set[_Place] = set()
        """What ``async with`` and ``async for`` take, which is no object that blocks."""
        for node in function.nodes:
            if isinstance(node, tree.With):
                if node.is_async:
                    self.asynchronous.update(_place(item.context) for item in node.items)
                else:
                    self.withs.append(node)
            elif isinstance(node, tree.For | tree.Clause) and node.is_async:
                self.asynchronous.add(_place(node.iterable))
            elif isinstance(node, tree.Try):
                self.last_words.append(node.final)
                self.last_words.extend(h.body for h in node.handlers if _catches_cancelling(h))

    def mend(self, found: Blocking, site: CallSite) -> str:
        """How a call can be mended where it stands."""
        if any(_is_within(site.node, block) for block in self.last_words):
            return "none"
        if found.mend == "rename":
            around = [each for each in self.withs if _is_within(site.node, each.body)]
            if any(_LOCK.search(_words(item.context)) for each in around for item in each.items):
                return "none"  # what waits for the lock would keep the event loop waiting for us
            return "rename unsafely" if around else "rename"
        if found.mend == "thread":
            if self._is_entered(site) or _is_streamed(site):
                return "none"  # it goes on waiting when it is entered, left or read
            if is_shared_session(site, self.function):
                return "none"  # several requests would use it at once
        return found.mend

    def _is_entered(self, site: CallSite) -> bool:
        place = _place(site.node)
        return any(_place(item.context) == place for each in self.withs for item in each.items)


def _is_streamed(site: CallSite) -> bool:
    return site.keywords.get("stream", Const(False)) != Const(False)


def _catches_cancelling(handler: tree.Handler) -> bool:
    words = "" if handler.caught is None else " ".join(names([handler.caught]))
    return handler.caught is None or bool(_CANCELLING.search(words + _words(handler.caught)))


def _is_within(node: tree.Node, body: list[tree.Stmt]) -> bool:
    if not body:
        return False
    first, last = body[0], body[-1]
    starts = (first.line, first.column) <= (node.line, node.column)
    return starts and (node.end_line, node.end_column) <= (last.end_line, last.end_column)


def _words(node: tree.Expr) -> str:
    """The names that an expression is written with."""
    match node:
        case tree.Call(func=func):
            return _words(func)
        case tree.Attribute(value=value, attr=attr):
            return f"{_words(value)}.{attr}"
        case tree.Name(id=name):
            return name
        case tree.Subscript(value=value):
            return _words(value)
    return ""


def _place(node: tree.Node) -> _Place:
    return (node.line, node.column, node.end_line, node.end_column)
