"""How a blocking call can be mended where it stands, which depends on what stands around it."""

from __future__ import annotations

import re

from fastlint.facts import tree
from fastlint.facts.walk import Place, dotted_name, names, place
from fastlint.model.calls.blocking import Blocking
from fastlint.model.calls.colour import is_shared_session
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import Const

_LOCK = re.compile(r"lock|mutex|semaphore|condition", re.IGNORECASE)

_ASKING = frozenset({"empty", "qsize"})
_QUEUES = frozenset({"multiprocessing.Queue.get", "queue.Queue.get", "queue.SimpleQueue.get"})
_PER_THREAD = "sqlalchemy.orm.scoped_session"
_CANCELLING = re.compile(r"BaseException|Cancelled|GeneratorExit")


class Surroundings:
    """What stands around the calls of a function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.withs: list[tree.With] = []
        self.last_words: list[list[tree.Stmt]] = []
        """What also runs when a request is cancelled: to await there is to be cancelled again."""
        self.asked: set[str] = set()
        """The queues that are asked whether anything is in them."""
        self.asynchronous: set[Place] = set()
        """What ``async with`` and ``async for`` take, which is no object that blocks."""
        for node in function.nodes:
            if isinstance(node, tree.With):
                if node.is_async:
                    self.asynchronous.update(place(item.context) for item in node.items)
                else:
                    self.withs.append(node)
            elif isinstance(node, tree.For | tree.Clause) and node.is_async:
                self.asynchronous.add(place(node.iterable))
            elif isinstance(node, tree.Call):
                if isinstance(node.func, tree.Attribute) and node.func.attr in _ASKING:
                    self.asked.add(dotted_name(node.func.value))
            elif isinstance(node, tree.Try):
                self.last_words.append(node.final)
                self.last_words.extend(h.body for h in node.handlers if _catches_cancelling(h))

    def takes_what_is_there(self, found: Blocking, site: CallSite) -> bool:
        """``queue.get()`` where the function has asked whether the queue is empty."""
        if found.name not in _QUEUES or not isinstance(site.node.func, tree.Attribute):
            return False
        return dotted_name(site.node.func.value) in self.asked

    def mend(self, found: Blocking, site: CallSite) -> str:
        """How a call can be mended where it stands."""
        if not self.function.is_async or self.obstacle(found, site):
            return "none"
        if found.mend == "rename" and self._held_over(site):
            return "rename unsafely"
        return found.mend

    def obstacle(self, found: Blocking, site: CallSite) -> str:
        """Why a call cannot be mended where it stands; empty where nothing is known to oppose.

        Nor is anything said of a plain function, which is for its callers to have run in a thread.
        """
        if not self.function.is_async:
            return ""
        if self._may_not_await(site):
            return "nothing can be awaited where a request may have been cancelled"
        if found.mend == "rename" and any(
            _LOCK.search(_words(item.context))
            for each in self._held_over(site)
            for item in each.items
        ):
            return "a lock is held meanwhile"  # who waits for it would keep the loop waiting for us
        if found.mend in ("thread", "upload"):
            if belongs_to_thread(found):
                return "each thread has another of what it is called on"
            if self._is_entered(site) or _is_streamed(site):
                return "it goes on waiting when what it gives is entered, left or read"
            if is_shared_session(site, self.function):
                return "several requests would use at once what it is called on"
        return found.obstacle

    def _held_over(self, site: CallSite) -> list[tree.With]:
        """The blocks of a ``with`` that a call stands in."""
        return [each for each in self.withs if _is_within(site.node, each.body)]

    def may_hand_over(self, site: CallSite) -> bool:
        """Whether a call of the project's own could be awaited in a thread where it stands."""
        return (
            self.function.is_async and not self._may_not_await(site) and not self._is_entered(site)
        )

    def _may_not_await(self, site: CallSite) -> bool:
        return any(_is_within(site.node, block) for block in self.last_words)

    def _is_entered(self, site: CallSite) -> bool:
        here = place(site.node)
        return any(place(item.context) == here for each in self.withs for item in each.items)


def belongs_to_thread(found: Blocking) -> bool:
    """Whether what is called is another thing in each thread: there it would do nothing."""
    return _PER_THREAD in found.name or _PER_THREAD in found.shown


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
