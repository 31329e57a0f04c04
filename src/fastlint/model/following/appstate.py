"""What an app keeps in ``app.state`` and ``request.state`` for the requests to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.model.following import types
from fastlint.model.following.choices import either_object
from fastlint.model.following.fastapi.middleware import middleware, run_by
from fastlint.model.following.frames import Frame, Watch, join
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Member,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_OF_APP = frozenset(
    {
        "fastapi.FastAPI.state", "starlette.requests.HTTPConnection.app.state",
        "starlette.requests.Request.app.state", "starlette.websockets.WebSocket.app.state",
    }
)  # fmt: skip
_OF_HTTP = frozenset(
    {"starlette.requests.HTTPConnection.state", "starlette.requests.Request.state"}
)
_OF_REQUEST = _OF_HTTP | {"starlette.websockets.WebSocket.state"}
_AN_APP = External("fastapi.FastAPI")
_A_REQUEST = External("starlette.requests.Request")
_DEPTH = 2
"""Calls that an app is handed on through."""
_STARTING = frozenset({"event", "lifespan"})
_APP, _REQUEST, _YIELDED = "app", "request", "yielded"


class AppState:
    """The attributes of ``app.state`` and ``request.state``, the same for every app of the project.

    Only what is there for every request counts: of ``app.state`` what modules and start-up set, of
    ``request.state`` what a lifespan yields (starlette/routing.py `Router.lifespan`) and what
    middleware sets, which WebSockets do not see where it is for HTTP alone.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._values: dict[tuple[str, str], Value] = {}
        self._looking: Watch | None = None
        self._looked = False

    def note(self, owner: Member, name: str, value: Value, frame: Frame) -> None:
        """``owner.name = value``, which counts where ``owner`` is a state."""
        if owner.dotted in _OF_APP and frame.watch in (None, self._looking):
            self._add(_APP, name, value)
        elif owner.dotted in _OF_REQUEST and frame.watch is self._looking is not None:
            self._add(_REQUEST, name, value)

    def get(self, owner: Member, name: str) -> Value | None:
        """``owner.name`` where that is an attribute of a state and known."""
        is_app = owner.dotted in _OF_APP
        if not (is_app or owner.dotted in _OF_REQUEST):
            return None
        if self.machine.watching:  # a request comes after the start, building the app before
            self._look()
        if is_app:
            return self._values.get((_APP, name))
        set_last = self._values.get((_REQUEST, name)) if owner.dotted in _OF_HTTP else None
        return set_last or self._values.get((_YIELDED, name))

    def _add(self, kind: str, name: str, value: Value) -> None:
        before = self._values.get((kind, name))
        self._values[kind, name] = value if before is None else _either(before, value)

    def _look(self) -> None:
        """Look at what starts the apps and runs around them, once and by itself."""
        if self._looked:
            return
        self._looked = True
        for router in list(self.machine.routers):
            for item in list(router.attached):
                if item.kind in _STARTING and isinstance(item.function, FunctionValue):
                    is_lifespan = item.kind == "lifespan"
                    watch = self._follow(item.function, _AN_APP if is_lifespan else None)
                    for given in watch.yields if is_lifespan else ():
                        for name, value in _named(given.value):
                            self._add(_YIELDED, name, value)
            for function in _around(router):
                self._follow(function, _A_REQUEST)

    def _follow(self, function: FunctionValue, first: External | None, depth: int = 0) -> Watch:
        """Look at a function whoever has looked at it before, and at what it hands its app to.

        ``first`` is the class of what it is given first, whether or not it says so.
        """
        machine = self.machine
        self._looking = watch = Watch()
        frame = Frame(machine, function.path, function.closure, function=function, watch=watch)
        frame.namespace.update(types.parameter_values(function, machine))
        if first is not None:
            _give(Instance(first), function, frame)
        with machine.following(function, aside=False) as go_on:
            if go_on:
                machine.follow(tree.statements(function.facts), frame)
        for site in watch.calls if depth < _DEPTH else ():
            callee = site.callee
            is_handed = bool(site.args) and _is_app(site.args[0])
            if is_handed and isinstance(callee, FunctionValue) and _names_state(callee):
                self._follow(callee, _AN_APP, depth + 1)
        self._looking = None
        return watch


def _is_app(value: Value) -> bool:
    return isinstance(value, Instance) and value.cls == _AN_APP


def _give(value: Instance, function: FunctionValue, frame: Frame) -> None:
    """Put what a function is given first where its text does not say what that is."""
    params = function.facts.params[1:] if function.is_received else function.facts.params
    if params and isinstance(frame.namespace.get(params[0].name), Unknown):
        frame.namespace[params[0].name] = value


def _around(router: RouterValue) -> Iterator[FunctionValue]:
    """The middleware of an app that may set something: it names a ``state``."""
    for each in middleware(router):
        for function in run_by(each.handling):
            if _names_state(function):
                yield function


def _names_state(function: FunctionValue) -> bool:
    return search.mentions(function.facts, b"state")


def _named(state: Value) -> Iterator[tuple[str, Value]]:
    """The attributes that a lifespan's ``yield {"client": client}`` makes, or a TypedDict."""
    if isinstance(state, Mapping):
        yield from state.items.items()
    elif isinstance(state, Instance) and isinstance(state.cls, ClassValue):
        yield from state.keywords.items()


def _either(before: Value, after: Value) -> Value:
    """What one of two assignments leaves; unknown where they leave different kinds of objects."""
    if isinstance(before, Instance) and isinstance(after, Instance) and before.cls != after.cls:
        return either_object(before, after) or UNKNOWN
    return join(before, after)
