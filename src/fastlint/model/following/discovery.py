"""Where the run over a project begins: which files matter, and which functions nobody calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.facts.walk import last_name, walk
from fastlint.findings import Span
from fastlint.model.following import classes, types
from fastlint.model.following.entrypoints import entry_points, loaded
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.fastapi import repeated, routeobjects, router_attributes, startup
from fastlint.model.following.frames import Frame
from fastlint.model.following.functions import is_test
from fastlint.model.following.language import generators
from fastlint.model.following.language.changes import branch
from fastlint.model.following.machine import Machine
from fastlint.model.following.modules import Modules
from fastlint.model.following.relevance import relevant
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    RouterValue,
    Unknown,
    Value,
)
from fastlint.model.knowledge import Knowledge

_BUILDERS = (b"FastAPI", b"APIRouter", b"include_router", b"add_api_route", b"add_api_websocket")
_REGISTERING = router_attributes.ROUTER_METHODS - {"get"} | {"FastAPI", "APIRouter"}
_HANDED = frozenset({"FastAPI", "APIRouter"})
_ROUTERS = {"fastapi.FastAPI": True, "fastapi.APIRouter": False}


def run(modules: Modules, knowledge: Knowledge, entrypoint: Iterable[str] = ()) -> Machine:
    """Follow the project from its module level on, then every factory that nobody called.

    What a server loads comes first: ``entrypoint`` of the settings, and what the code itself gives
    to a server. The tests come last, when the app has been built as the project itself builds it.
    """
    eager, acting = relevant(modules, knowledge.web)
    machine = Machine(modules, knowledge, eager | acting)
    for place in entry_points(modules, entrypoint):
        _serve(machine, place)
    served = list(machine.routers)
    tests = {path for path in eager if is_test(path)}
    _follow(machine, eager - tests, served)
    if tests:
        made = {router.span for router in machine.routers}
        before = len(machine.routers)
        _follow(machine, tests, [])
        # The project's own app, made once more for a test, is no other app.
        machine.routers[before:] = [r for r in machine.routers[before:] if r.span not in made]
    repeated.told_once(machine)
    routeobjects.settle(machine.routers, machine.possible)
    machine.budget.settle()
    return machine


def _follow(machine: Machine, paths: Iterable[str], served: list[RouterValue]) -> None:
    """Follow these files, and what in them nobody calls; ``served`` is what a server has loaded."""
    ordered = sorted(paths)
    for path in ordered:
        with _only_possible(machine, served, unless_app_made=False):
            machine.run_module(path)
    scripts, machine.scripts = machine.scripts, []
    for body, frame in scripts:
        if _registers(body):
            branch(body, frame)
    made: dict[int, Value] = {}
    started: set[int] = set()
    startup.start(machine, started)
    loaded = list(machine.routers)
    for function in _uncalled(machine, ordered):
        with _only_possible(machine, loaded, unless_app_made=True):
            _call(machine, function, made)
        startup.start(machine, started)


@contextmanager
def _only_possible(
    machine: Machine, routers: Sequence[RouterValue], *, unless_app_made: bool
) -> Iterator[None]:
    """What is added to these routers meanwhile is possible: nobody is seen to ask for it.

    A function that makes an app is asked for by whoever wants the app.
    """
    before = len(machine.routers)
    known = [(router, len(router.entries)) for router in routers]
    yield
    makes_app = any(each.is_app and not each.phantom for each in machine.routers[before:])
    if not (unless_app_made and makes_app):
        for router, count in known:
            for entry in router.entries[count:]:
                entry.conditional = True


def _serve(machine: Machine, place: str) -> None:
    """Load what a server loads, and call what it calls."""
    found = app = loaded(machine, place)
    if isinstance(found, FunctionValue):  # a factory, which is called with its defaults
        with machine.in_the_name_of(found) as frame:
            app = machine.call(found, [], {}, found.facts, frame)
    machine.loaded[place] = (found, app)


def _registers(body: list[tree.Stmt]) -> bool:
    """Whether a script itself makes apps or routers, or adds to them; others only start them."""
    names = (last_name(node) for node in walk(body))
    return not _REGISTERING.isdisjoint(names)


def _uncalled(machine: Machine, paths: Sequence[str]) -> Iterator[FunctionValue]:
    """Functions that build apps or routers and that nothing in the project was seen to call.

    Those that make an app come first: they call the others with what belongs to it. Whoever is
    named by another one is left for that one to call, with what it is called with.
    """
    apps = (b"FastAPI", *_derived(machine, "fastapi.FastAPI"))
    words = (*_BUILDERS, *apps, *_derived(machine, "fastapi.APIRouter"))
    found = _builders(machine, paths, words)
    asking = {
        _called_as(function)
        for function in found
        if _asks(function) and (_is_handed_one(function) or search.mentions(function.facts, *apps))
    }
    making = {_called_as(each) for each in found if search.mentions(each.facts, *apps)}
    known = {(each.path, each.facts.index) for each in found}
    # The callers of some know what they are called with, others add to the app that is made.
    for each in _builders(machine, paths, asking | making) if making or asking else ():
        adds = _has_decorated(each, machine) or (asking and search.mentions(each.facts, *asking))
        if adds and (each.path, each.facts.index) not in known:
            found.append(each)
    ranks = _ranks(found)
    found.sort(key=lambda f: (ranks[id(f)], not search.mentions(f.facts, *apps)))
    for function in found:
        if (function.path, function.facts.index) not in machine.budget.called:
            yield function


def _asks(function: FunctionValue) -> bool:
    """Whether it cannot be called without arguments."""
    params = function.facts.params[bool(function.facts.is_method) :]
    return any(p.default is None and p.kind not in ("*args", "**kwargs") for p in params)


def _called_as(function: FunctionValue) -> bytes:
    """The name that stands where it is called; for ``__init__`` that is the class's."""
    owner = function.owner
    is_init = owner is not None and function.facts.name == "__init__"
    return search.spelled(owner.node.name if owner is not None and is_init else function.facts.name)


def _ranks(functions: list[FunctionValue]) -> dict[int, int]:
    """How far each stands from one that nobody names: who names another one comes before it."""
    bodies = search.joined(each.facts for each in functions)
    namers = {
        id(each): [other for other in functions if other is not each and _names(other, each)]
        if search.mentioned(bodies, *_known_by(each))  # most tests are named by nobody
        else []
        for each in functions
    }
    ranks: dict[int, int] = {}

    def rank(function: FunctionValue) -> int:
        found = ranks.get(id(function))
        if found is None:
            ranks[id(function)] = 0  # of those that name each other, one has to begin
            found = max((rank(other) + 1 for other in namers[id(function)]), default=0)
            ranks[id(function)] = found
        return found

    for each in functions:
        rank(each)
    return ranks


def _names(function: FunctionValue, other: FunctionValue) -> bool:
    """Whether a function names another one, or the class that the other one is a method of."""
    names = _known_by(other)[: 1 if function.owner is other.owner else None]
    return search.mentions(function.facts, *names)


def _known_by(function: FunctionValue) -> list[bytes]:
    """The names that lead to a function: its own, and from elsewhere that of its class."""
    owner = function.owner
    return [_called_as(function), *([search.spelled(owner.node.name)] if owner is not None else [])]


def _derived(machine: Machine, base: str) -> tuple[bytes, ...]:
    """The names of the project's own classes that derive from a class of FastAPI's."""
    return tuple(
        value.node.name.encode()
        for frame in machine.frames.values()
        for value in frame.namespace.values()
        if isinstance(value, ClassValue) and classes.derives(value, base, machine.knowledge)
    )


def _builders(
    machine: Machine, paths: Sequence[str], words: Iterable[bytes]
) -> list[FunctionValue]:
    """The functions of the files in which one of the words stands."""
    found: list[FunctionValue] = []
    for path in paths:
        frame = machine.frames.get(path)
        # Who decorates for an app or router that is handed over says so in the annotation.
        if frame is not None and machine.modules.mentions(path, *words, *_HANDED):
            here = tuple(word for word in words if machine.modules.mentions(path, word))
            found.extend(_builders_in(frame, path, here, set()))
    return found


def _builders_in(
    frame: Frame, path: str, words: tuple[bytes, ...], seen: set[int]
) -> Iterator[FunctionValue]:
    for value in list(frame.namespace.values()):
        if isinstance(value, FunctionValue) and value.path == path:
            if search.mentions(value.facts, *words) or _decorates(value, frame):
                yield value
        elif isinstance(value, ClassValue) and value.path == path and id(value) not in seen:
            seen.add(id(value))
            yield from _builders_in(value.namespace, path, words, seen)


def _decorates(function: FunctionValue, frame: Frame) -> bool:
    """Whether it is handed an app or router, and has decorated functions inside."""
    return _is_handed_one(function) and _has_decorated(function, frame.machine)


def _has_decorated(function: FunctionValue, machine: Machine) -> bool:
    """Whether decorated functions stand inside of it."""
    inside = f"{function.facts.qualname}.<locals>."
    functions = machine.modules.facts(function.path).functions
    return any(each.decorators and each.qualname.startswith(inside) for each in functions)


def _is_handed_one(function: FunctionValue) -> bool:
    """Whether a parameter is declared as an app or a router."""
    return any(_last_name(param.annotation) in _HANDED for param in function.facts.params)


def _last_name(node: tree.Expr | None) -> str:
    if isinstance(node, tree.Quoted):
        node = node.value
    return last_name(node)


def _call(machine: Machine, function: FunctionValue, made: dict[int, Value]) -> None:
    """Call a function with what its parameters say; an app or router stays a stranger.

    The methods of a class share one object, by its identity in ``made``: what one of them builds,
    another one may add to.
    """
    args: dict[str, Value] = {}
    receiver: Value | None = None
    for position, param in enumerate(function.facts.params):
        is_first = position == 0 and function.facts.is_method and not function.is_static
        if is_first and function.owner is not None:
            receiver = made.setdefault(id(function.owner), Instance(function.owner))
            continue
        if param.kind in ("*args", "**kwargs"):
            continue
        if param.default is not None:
            default = evaluate(param.default, function.scope)
            if isinstance(default, Const):  # whoever calls it may say otherwise
                args[param.name] = replace(default, settable=True)
            continue
        declared: Value = Unknown()
        if param.annotation is not None:
            declared = evaluate(param.annotation, function.scope)
        if isinstance(declared, External) and declared.name in _ROUTERS:
            args[param.name] = _stranger(machine, function, param, is_app=_ROUTERS[declared.name])
        elif param.name in ("app", "router", "api") and isinstance(declared, Unknown):
            args[param.name] = _stranger(machine, function, param, is_app=param.name != "router")
        else:
            args[param.name] = types.instance_of(declared, machine)
    callee: Value = function
    if function.owner is not None and function.facts.name == "__init__":
        callee = function.owner
    elif receiver is not None:
        callee = replace(function, bound=receiver)
    with machine.in_the_name_of(function) as frame:
        result = machine.call(callee, [], args, function.facts, frame)
    generators.forget(result, machine)  # who goes through it is not in the project
    if callee is function.owner and isinstance(result, Instance | RouterValue):
        made[id(callee)] = result


def _stranger(
    machine: Machine, function: FunctionValue, param: tree.Param, *, is_app: bool
) -> RouterValue:
    span = Span(function.path, param.line, param.column, param.end_line, param.end_column)
    router = RouterValue(is_app, span, function.path, {}, name=param.name, phantom=True)
    machine.routers.append(router)
    return router
