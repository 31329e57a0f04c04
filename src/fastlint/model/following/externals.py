"""What calling something from outside the project gives, as far as the model needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following import (
    asked_settings,
    carried_out,
    held,
    signatures,
    standard,
    types,
)
from fastlint.model.following.fastapi import (
    library_routes,
    routeclasses,
    routelists,
    routeobjects,
    web,
)
from fastlint.model.following.frames import Frame
from fastlint.model.following.objects import places, validated
from fastlint.model.following.outside import Call
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    Coroutine,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Member,
    RouterValue,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_CALLING = frozenset({"builtins.filter", "builtins.map", "functools.reduce"})
BY_AND_BY = {"add_done_callback": 0, "call_at": 1, "call_later": 1, "call_soon": 0}
"""Methods of asyncio's loops, tasks and futures: where what the event loop is to call stands."""
_SORTING = frozenset({"builtins.max", "builtins.min", "builtins.sorted", "itertools.groupby"})
_IN_THREAD = frozenset(
    {"anyio.to_thread.run_sync", "asyncio.to_thread", "starlette.concurrency.run_in_threadpool"}
)


def call(
    machine: Machine,
    name: str,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    """What ``name(*args, **keywords)`` gives, for the canonical name of something external."""
    about = Call(machine, args, keywords, node, frame)
    if name in ("fastapi.FastAPI", "fastapi.APIRouter"):
        return web.construct(machine, name, keywords, node, frame)
    if name in ("fastapi.Depends", "fastapi.Security"):
        return web.depends(args, keywords, node, frame, security=name.endswith("Security"))
    kind = web.marker_kind(name)
    if kind is not None:
        return web.param_marker(kind, args, keywords, node, frame)
    if name == "inspect.Parameter":
        given = {**dict(zip(("name", "kind"), args, strict=False)), **keywords}
        return signatures.make_parameter(given, frame.span(node))
    if name in _IN_THREAD and frame.watch is not None and args:
        return _in_thread(about)
    if frame.watch is None:
        found = places.call(name, args, machine.modules) or standard.call(name, about)
        found = found or library_routes.call(name, about)
    else:
        _run_lambdas(name, about)
        found = validated.made(name, node, frame) or held.of_call(name, args, machine)
    if found is not None:
        return found
    special = carried_out.FUNCTIONS.get(name)
    if special is not None:
        return special(about)
    hand_over(name, args, keywords, frame)
    known = machine.knowledge.result(name)
    if known is not None:
        made = Instance(External(known), args=tuple(args), keywords=keywords)
        return Coroutine(made) if name in machine.knowledge.coroutines else made
    owner, _, last = name.rpartition(".")
    cls = External(name) if last[:1].isupper() else External(f"{name}()")
    if last.startswith("from_") and owner.rpartition(".")[2][:1].isupper():
        cls = External(owner)  # a second way to make one: `Client.from_url(…)`
    return Instance(cls, args=tuple(args), keywords=keywords, span=frame.span(node))


def _run_lambdas(name: str, about: Call) -> None:
    """What functions of Python call for each item: ``map(lambda each: load(each), names)``."""
    if name in _CALLING:
        given, items = about.args[:1], about.args[1:2]
    elif name in _SORTING:
        given, items = [about.keywords.get("key", UNKNOWN)], about.args[:1]
    else:
        return
    for each in given:
        if isinstance(each, LambdaValue):
            about.of(each, *(types.element_of(value, about.machine) for value in items))


def run_by_and_by(callee: Member, about: Call) -> None:
    """What the event loop calls once it comes to it: ``loop.call_soon(lambda: load())``."""
    place = BY_AND_BY[callee.name]
    if callee.dotted.startswith("asyncio."):
        for each in about.args[place : place + 1]:
            if isinstance(each, LambdaValue):
                about.of(each, *about.args[place + 1 :])


def hand_over(name: str, args: Sequence[Value], keywords: dict[str, Value], frame: Frame) -> None:
    """Code from outside the project gets routers: it may include them, nobody knows where."""
    if frame.watch is not None:
        return
    for given in (*args, *keywords.values()):
        for value in given.items if isinstance(given, Items) else [given]:
            if isinstance(value, RouterValue) and not value.is_app:
                value.handed = name.removesuffix("()")


def _in_thread(about: Call) -> Value:
    """``run_in_threadpool(function, …)``: what awaiting it gives is what ``function(…)`` gives."""
    function, *given = about.args
    if not isinstance(function, ClassValue | External | FunctionValue | Member):
        return UNKNOWN
    call_of = about.machine.call
    return Coroutine(call_of(function, given, about.keywords, about.node, about.frame))


def call_instance(
    machine: Machine,
    callee: Instance,
    name: str,
    args: Sequence[Value],
    keywords: dict[str, Value],
    frame: Frame,
) -> Value:
    """Calling an object from outside: a decorator that was made by a call, mostly."""
    if name in asked_settings.READERS:
        return asked_settings.setting(args, keywords)
    hand_over(name, args, keywords, frame)
    if name == carried_out.KEEP_FUNCTION and args and isinstance(args[0], FunctionValue):
        wrapped = callee.args[0] if callee.args else None
        if isinstance(wrapped, FunctionValue):
            args[0].wraps = wrapped
        return args[0]
    if name == "makefun.with_signature()" and args and isinstance(args[0], FunctionValue):
        given = callee.args[0] if callee.args else UNKNOWN
        args[0].attributes["__signature__"] = given
        return args[0]
    cls = callee.keywords.get("class_")
    if name.endswith("sessionmaker") and isinstance(cls, ClassValue | External):
        return Instance(cls)
    known = machine.knowledge.result(f"{name}.__call__")
    if known:
        return Instance(External(known))
    return Instance(External(f"{name}()"), args=tuple(args), keywords=keywords)


_OF_ITS_TYPE = frozenset(
    {"asyncio.Queue.get", "asyncio.Queue.get_nowait", "contextvars.ContextVar.get"}
)
"""Methods of generic classes that give an object of the type argument."""


def call_member(
    machine: Machine,
    callee: Member,
    args: Sequence[Value],
    keywords: dict[str, Value],
    frame: Frame,
) -> Value:
    """``client.get(…)`` on an object from outside."""
    if callee.dotted in ("inspect.Signature.replace", "inspect.Parameter.replace"):
        return signatures.changed(callee.owner, keywords)
    if callee.dotted.rpartition(".")[0] in asked_settings.READERS:
        return asked_settings.setting(args, keywords)
    if callee.dotted == "fastapi.routing.APIRoute.__init__":
        routeclasses.note(callee.owner, list(args), keywords)
    if callee.name == "__new__":  # of `super()`
        return carried_out.new(args)
    hand_over(callee.dotted, args, keywords, frame)
    router = routeobjects.owner(callee.owner)
    if router is not None:
        routelists.call(router, callee.name, args, doubtful=bool(machine.doubts))
        return UNKNOWN
    if callee.dotted in _OF_ITS_TYPE and callee.owner.types:
        found = types.instance_of(callee.owner.types[0], machine)
        return Coroutine(found) if callee.dotted == "asyncio.Queue.get" else found
    if frame.watch is None:
        known_place = places.call_method(callee.owner, callee.name, args, machine.modules)
        if known_place is not None:
            return known_place
    elif (copy := validated.copied(callee)) is not None:
        return copy
    known = machine.knowledge.result(callee.dotted)
    if known is not None:
        if known == "self":
            return callee.owner
        return Instance(External(known), args=tuple(args), keywords=keywords)
    return Instance(External(f"{callee.dotted}()"), args=tuple(args), keywords=keywords)
