"""Calls that are made on the spot instead of being handed to a thread: ``to_thread(f(x))``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import Place, place
from fastlint.findings import Span
from fastlint.model.calls.blocking import own_name, run_in_thread
from fastlint.model.calls.coroutines import gives_coroutine
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.switches import PLAIN_TYPES
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.project import Project

_PLAIN = frozenset(
    {
        "io.TextIOWrapper", "pathlib.Path", "requests.Response", "sqlalchemy.Result",
        "sqlalchemy.ScalarResult", "sqlite3.Cursor", "logging.Logger",
    }
)  # fmt: skip
"""Classes from outside whose objects nobody can call, besides the builtin ones."""
_TAKE_OBJECTS = frozenset(
    {
        "starlette.concurrency.contextmanager_in_threadpool",
        "starlette.concurrency.iterate_in_threadpool",
    }
)
"""They run an iterator or a context manager in the pool, not a function."""


class TooSoon(msgspec.Struct, frozen=True, eq=False):
    """What should run in a thread, and is called while the thread is asked for."""

    span: Span
    """The call that is made too soon."""
    outer: Span
    """The call that is to run it in a thread."""
    escape: str
    """The name of what is called there, as written: ``run_in_threadpool``."""
    shown: str
    """What is called, as written."""
    is_coroutine: bool
    function: Function
    takes: bool
    """Whether the thread could be given the function and its arguments: it is given nothing else,
    and ``func(function, *arguments)`` is how it is asked."""


def called_too_soon(project: Project) -> Iterator[TooSoon]:
    """The calls given to threads that give nothing which could be called there."""
    for each in project.running:
        function = each.function
        sites: dict[Place, CallSite] | None = None
        for site in each.calls:
            if run_in_thread(site) is None or own_name(site.callee) in _TAKE_OBJECTS:
                continue
            given = _given(site.node)
            if sites is None:
                sites = {place(other.node): other for other in each.calls}
            inner = None if given is None else sites.get(place(given))
            if inner is None:
                continue
            coroutine = gives_coroutine(inner, project.knowledge) is not None
            if coroutine or _is_no_callable(inner, project):
                yield _too_soon(site, inner, function, is_coroutine=coroutine)


def _too_soon(
    site: CallSite, inner: CallSite, function: Function, *, is_coroutine: bool
) -> TooSoon:
    outer = site.node
    escape = _text(outer.func).rpartition(".")[2]
    alone = len(outer.args) == 1 and not outer.keywords and not is_coroutine
    named = bool(inner.node.keywords) and escape == "run_sync"
    return TooSoon(
        inner.span, site.span, escape, _text(inner.node.func), is_coroutine, function,
        alone and escape in ("run_in_threadpool", "to_thread", "run_sync") and not named,
    )  # fmt: skip


def _given(call: tree.Call) -> tree.Call | None:
    """The call that stands where the function should."""
    position = 1 if getattr(call.func, "attr", "") == "run_in_executor" else 0
    given = call.args[position : position + 1]
    return given[0] if given and isinstance(given[0], tree.Call) else None


def _is_no_callable(site: CallSite, project: Project) -> bool:
    """Whether what the call gives is known, and is nothing that can be called."""
    callee = site.callee
    if isinstance(callee, FunctionValue):
        if callee.decorators or callee.wraps is not None or callee.facts.is_async:
            return False
        if callee.facts.is_generator or _gives_nothing(project.function(callee)):
            return True
    return _is_plain(site.result)


def _gives_nothing(function: Function) -> bool:
    """Whether the function returns None whatever it does; a method may be another in a subclass."""
    returns = (node.value for node in function.nodes if isinstance(node, tree.Return))
    is_done = not function.facts.is_method and not function.is_stub
    return is_done and all(value is None for value in returns)


def _is_plain(value: Value) -> bool:
    if isinstance(value, Const | Items | Mapping):
        return True
    if not isinstance(value, Instance):
        return False
    if isinstance(value.cls, ClassValue):
        is_model = classes.is_subclass(value.cls, "pydantic.BaseModel")
        known = is_model or all(
            isinstance(base, ClassValue) or base == External("builtins.object")
            for base in value.cls.mro()
        )
        return known and classes.method(value.cls, "__call__") is None
    return value.cls.name in PLAIN_TYPES | _PLAIN


def _text(node: tree.Expr) -> str:
    match node:
        case tree.Name(id=name):
            return name
        case tree.Attribute(value=value, attr=attr):
            before = _text(value)
            return f"{before}.{attr}" if before else attr
    return ""
