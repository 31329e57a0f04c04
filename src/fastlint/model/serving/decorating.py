"""What decorators do to a route, and what of them a route never sees.

``@app.get(…)`` registers the function as it is at that moment and gives it back unchanged
(fastapi/routing.py `APIRouter.api_route`): decorators below it have been at work by then, those
above it have not. What parameters a request fills in, `inspect.signature` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following.frames import Frame, span_of
from fastlint.model.following.functions import Function
from fastlint.model.following.signatures import signature_of
from fastlint.model.following.values import External, FunctionValue, Registrar, Value

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_WRAPPING = frozenset(
    {
        "aiocache.cached", "aiocache.decorators.cached", "async_lru.alru_cache",
        "backoff.on_exception", "backoff.on_predicate", "cachetools.cached", "cashews.cache",
        "fastapi_cache.decorator.cache", "functools.cache", "functools.lru_cache",
        "starlette.authentication.requires", "tenacity.retry",
    }
)  # fmt: skip
"""Decorators from outside that only work in that somebody calls what they give."""


class Above(msgspec.Struct, frozen=True, eq=False):
    """A decorator that the route does not run."""

    span: Span
    written: str
    """The name of the decorator."""
    route: Route
    order: tuple[Span, ...]
    """Every decorator from this one down to the lowest that registers a route."""


def above_routes(project: Project) -> Iterator[Above]:
    """Decorators that wrap a handler once it has been registered."""
    routes = {(r.span.path, r.span.line, r.span.column): r for r in project.operations}
    for path in sorted({route.span.path for route in project.operations}):
        for facts in project.modules_index.facts(path).functions:
            if len(facts.decorators) < 2:  # noqa: PLR2004 - one above another
                continue
            found = [routes.get((path, each.line, each.column)) for each in facts.decorators]
            last = max((at for at, route in enumerate(found) if route is not None), default=-1)
            route = found[last]
            frame = None if route is None else _scope(facts, route, project.machine)
            if route is None or frame is None:
                continue
            spans = tuple(span_of(path, each) for each in facts.decorators[: last + 1])
            for at, decorator in enumerate(facts.decorators[:last]):
                if found[at] is None and _only_wraps(decorator, frame):
                    yield Above(spans[at], _written(decorator), route, spans[at:])


def _scope(facts: tree.FunctionFacts, route: Route, machine: Machine) -> Frame | None:
    """Where the names of the decorators are looked up."""
    value = route.entry.handler
    if isinstance(value, FunctionValue):
        for each in value.chain:
            if each.facts is facts:
                return each.closure
    return machine.frames.get(route.span.path) if facts.qualname == facts.name else None


def _only_wraps(decorator: tree.Expr, frame: Frame) -> bool:
    """Whether a decorator gives another function and leaves no other trace."""
    is_called = isinstance(decorator, tree.Call)
    by = frame.machine.look(
        decorator.func if isinstance(decorator, tree.Call) else decorator, frame
    )
    if isinstance(by, External):
        return by.name in _WRAPPING
    if is_called and isinstance(by, FunctionValue):
        made = _made(by)
        return made is not None and _made(made) is not None
    return isinstance(by, FunctionValue) and _made(by) is not None


def _made(by: FunctionValue) -> FunctionValue | None:
    """The nested function that a function returns, if making it is all that the function does."""
    if by.facts.is_async or by.facts.is_generator:
        return None
    given = [each.value for each in by.closure.machine.watch(by).returns]
    if len(given) != 1 or not isinstance(given[0], FunctionValue) or not _is_made_by(given[0], by):
        return None
    only = all(
        isinstance(s, tree.FunctionDef | tree.Return)
        or (isinstance(s, tree.Assign) and all(isinstance(t, tree.Name) for t in s.targets))
        for s in tree.statements(by.facts)
    )
    return given[0] if only else None


def _is_made_by(function: FunctionValue, by: FunctionValue) -> bool:
    inside = f"{by.facts.qualname}.<locals>."
    return function.path == by.path and function.facts.qualname.startswith(inside)


def _written(decorator: tree.Expr) -> str:
    node = decorator.func if isinstance(decorator, tree.Call) else decorator
    parts: list[str] = []
    while isinstance(node, tree.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, tree.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


class Hiding(msgspec.Struct, frozen=True, eq=False):
    """A wrapper behind which FastAPI does not see the signature of what it wraps."""

    wrapper: Function
    decorator: str
    """The function that puts it around others."""
    asks: tuple[str, ...]
    """``args`` and ``kwargs``, as the wrapper calls them."""
    calls: str
    """The name under which it calls what it wraps; empty where that is not clear."""


def hiding(value: Value | None, project: Project) -> Hiding | None:
    """Why FastAPI would read the parameters of a handler or dependency from a bare wrapper."""
    if not isinstance(value, FunctionValue) or value.wraps or value.facts.decorators:
        return None
    if not value.attributes.keys().isdisjoint(("__signature__", "__wrapped__")):
        return None
    by = next(
        (e for e in value.decorators if isinstance(e, FunctionValue) and _is_made_by(value, e)),
        None,
    )
    slots = signature_of(value, project.machine).slots
    asks = tuple(s.name for s in slots if s.facts.kind in ("*args", "**kwargs"))
    if by is None or not asks:
        return None
    function = project.function(value)
    named = {param.name for param in by.facts.params}
    called = {
        node.func.id
        for node in walk(function.statements)
        if isinstance(node, tree.Call) and isinstance(node.func, tree.Name)
    }
    calls = sorted(named & called)
    return Hiding(function, by.facts.name, asks, calls[0] if len(calls) == 1 else "")


def changed(value: FunctionValue | None) -> bool:
    """Whether a decorator from outside may have given a function another signature."""
    by = () if value is None else value.decorators
    return any(not isinstance(each, FunctionValue | Registrar) for each in by)


def bare(project: Project) -> Iterator[tuple[Span, str, str]]:
    """``@app.get`` without a call: where, as it is written, and the function's name."""
    for router in project.machine.routers:
        for item in router.attached:
            if item.kind == "bare" and isinstance(item.function, FunctionValue):
                owner = f"{router.name}." if router.name else ""
                yield item.span, f"{owner}{item.by}", item.function.facts.name
