"""Whether an ``async def`` could as well be a ``def``, which FastAPI runs in its thread pool.

What a ``def`` may not do: await; use what belongs to the event loop or to the thread that made it;
set context variables that others read; change what all requests share without a lock, since
several threads then do so at once; and be called by anybody but FastAPI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.binding import targets
from fastlint.facts.walk import last_name
from fastlint.model.calls.blocking import own_name, run_later
from fastlint.model.calls.coroutines import gives_coroutine
from fastlint.model.calls.entries import Entry
from fastlint.model.calls.sessions import kind
from fastlint.model.calls.turning import Turned, with_helpers
from fastlint.model.following.classes import method
from fastlint.model.following.frames import CallSite, span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.values import (
    BoundBuiltin,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Member,
    Unknown,
)
from fastlint.model.reading.own_names import own_names, root

if TYPE_CHECKING:
    from fastlint.model.project import Project

_THREADED = frozenset({"handler", "dependency"})
_TASK = frozenset({"background task"})
_OF_THE_LOOP = re.compile(
    r"^(asyncio|anyio|aio\w+|trio|uvloop)\.|\.(asyncio|aio)\.|(^|\.)Async[A-Z]"
)
_LOOP_METHODS = frozenset(
    {
        "add_done_callback", "call_at", "call_later", "call_soon", "call_soon_threadsafe",
        "create_task", "ensure_future", "get_event_loop", "get_running_loop", "run_in_executor",
    }
)  # fmt: skip
_CONTEXT = re.compile(r"^(contextvars\.ContextVar\.(set|reset)|structlog\.contextvars\.\w+)$")
_CHANGES = frozenset(
    {
        "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem",
        "popleft", "remove", "setdefault", "update",
    }
)  # fmt: skip
_BOUND_TO_THREAD = "sqlite3."
_MOST_FUNCTIONS = 300
_LOCK = re.compile(r"lock|mutex|semaphore", re.IGNORECASE)


def could_be_def(entry: Entry, project: Project) -> bool:
    """Whether the entry could be a ``def`` by itself, as it stands."""
    return len(as_defs(entry, project)) == 1


def as_defs(entry: Entry, project: Project) -> tuple[Turned, ...]:
    """The entry, and what it awaits, as far as nothing known speaks against ``def`` for them.

    Only functions that are nothing but path operations, dependencies or background tasks can be:
    WebSocket handlers, middleware, callbacks and streams have to be asynchronous, and methods may
    be overridden. What they await can go with them where it is a function of the same file that
    nobody else calls, and does nothing asynchronous either. Empty where the entry has to stay.
    """
    function = entry.function
    is_task = entry.kinds == _TASK
    if not (is_task or entry.kinds <= _THREADED):
        return ()
    if function.facts.is_method or not function.is_only_registered:
        return ()
    if function.facts.is_generator and (is_task or "handler" in entry.kinds):
        return ()
    turned = with_helpers(function, project)
    if not turned:
        return ()
    if "dependency" in entry.kinds and _gives_what_is_bound(function):
        return ()
    if not may_run_in_thread(function, project, frozenset(id(each.function) for each in turned)):
        return ()
    if is_task:
        return turned if _is_only_run_later(function, project) else ()
    return () if project.references.is_used(function) else turned


def _is_only_run_later(function: Function, project: Project) -> bool:
    """Whether every use of it is that of an ``add_task``, which has a ``def`` run in a thread."""
    uses = list(project.references.uses(function))
    if any(use.call is not None for use in uses):
        return False
    added = {
        span_of(served.function.path, site.node)
        for served in project.reach.served
        for site in served.function.calls
        if (task := run_later(site)) is not None
        and isinstance(task, FunctionValue)
        and project.function(task) is function
    }
    return len(uses) == len(added)


def _gives_what_is_bound(function: Function) -> bool:
    """Whether what a dependency hands out, or holds meanwhile, belongs to the thread it runs in.

    A generator's two halves may run in different threads.
    """
    for site in function.calls:
        checked = site.keywords.get("check_same_thread") != Const(False)
        if own_name(site.callee).startswith(_BOUND_TO_THREAD) and checked:
            return True
    return function.facts.is_generator and any(
        isinstance(node, tree.With) and any(_LOCK.search(root(i.context)) for i in node.items)
        for node in function.nodes
    )


def may_run_in_thread(
    function: Function, project: Project, turned: frozenset[int] = frozenset()
) -> bool:
    """Whether the function, and what it calls of the project, may run in several threads.

    ``turned``: by identity the functions that are to become a ``def``.
    """
    seen = {id(function)}
    waiting = [function]
    while waiting:
        here = waiting.pop()
        if len(seen) > _MOST_FUNCTIONS or _changes_shared(here):
            return False
        for site in here.calls:
            is_turned = isinstance(site.callee, FunctionValue) and (
                id(project.function(site.callee)) in turned
            )
            if not is_turned and _needs_loop(site, here):
                return False
            for called in _called(site, project, is_turned=is_turned):
                if id(called) not in seen:
                    seen.add(id(called))
                    waiting.append(called)
    return True


def _called(site: CallSite, project: Project, *, is_turned: bool) -> Iterator[Function]:
    """The functions of the project that a call runs then and there."""
    if isinstance(site.callee, FunctionValue):
        if is_turned or not site.callee.facts.is_async:
            yield project.function(site.callee)
    elif isinstance(site.callee, ClassValue):
        init = method(site.callee, "__init__")
        if init is not None:
            yield project.function(init)


def _needs_loop(site: CallSite, function: Function) -> bool:
    """Whether a call needs the event loop, the loop's own thread or the caller's context."""
    callee = site.callee
    if isinstance(callee, FunctionValue):
        return callee.facts.is_async and not callee.facts.is_generator
    if function.machine is not None and gives_coroutine(site, function.machine.knowledge):
        return True  # be it that the `await` is still missing
    name = own_name(callee)
    if _OF_THE_LOOP.search(name) or _CONTEXT.search(name) or is_shared_session(site, function):
        return True
    if isinstance(callee, Member) and name.startswith(_BOUND_TO_THREAD):
        return not _is_made_in(function, callee.owner)
    return last_name(site.node.func) in _LOOP_METHODS


def is_shared_session(site: CallSite, function: Function) -> bool:
    """Whether a call uses a session, connection or cursor that all requests share.

    They do so one after the other as long as all of them are on the event loop.
    """
    callee, func = site.callee, site.node.func
    if not isinstance(callee, Member) or function.machine is None:
        return False
    if kind(callee.owner, function.machine.knowledge) is None:
        return False
    if _is_made_in(function, callee.owner, External | Member):
        return False  # `sqlite3.connect("a.db").execute(…)`
    return root(func) not in own_names(function)


def _is_made_in(function: Function, value: Instance, by: type | UnionType = object) -> bool:
    """Whether a call of the function, of something that is ``by``, gives the object."""
    return any(site.result is value and isinstance(site.callee, by) for site in function.calls)


# --- what all requests share ---------------------------------------------------------------


def _changes_shared(function: Function) -> bool:
    """Whether the function writes to what is not its own: globals, or the object it belongs to."""
    own = own_names(function)
    for node in function.nodes:
        if isinstance(node, tree.Scope):
            return True
        if any(_is_shared(target, own) for target in targets(node)):
            return True
    return any(
        isinstance(site.node.func, tree.Attribute)
        and site.node.func.attr in _CHANGES
        and root(site.node.func.value) not in own
        and isinstance(site.callee, Unknown | BoundBuiltin | Member)
        and not _is_foreign(site)
        for site in function.calls
    )


def _is_foreign(site: CallSite) -> bool:
    """Whether the method belongs to a library's object, which sees to its own safety."""
    name = own_name(site.callee)
    return bool(name) and not name.startswith(("builtins.", "collections."))


def _is_shared(target: tree.Expr, own: frozenset[str]) -> bool:
    if isinstance(target, tree.Sequence):
        return any(_is_shared(item, own) for item in target.items)
    return isinstance(target, tree.Subscript | tree.Attribute) and root(target) not in own
