"""Which functions of the project run then and there while a function runs.

A ``def`` that is called does, a coroutine once it is awaited (or made a task: it runs on the same
loop), a generator when it is looped over, a context manager when it is entered. What is handed to a
thread, a process or a later time does not; what is called to make its arguments does.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.facts.walk import place
from fastlint.model.calls import once
from fastlint.model.calls.blocking import (
    LOOPS,
    handed_on,
    own_name,
    run_as_task,
    run_here,
    run_later,
    runs_in_thread,
    runs_what_it_gets,
)
from fastlint.model.calls.given_away import OTHER_LOOPS, given_away, handed_over
from fastlint.model.calls.implementations import Implementations
from fastlint.model.calls.validating import bound_to, made_of_data, of_fields
from fastlint.model.following import classes, contexts
from fastlint.model.following.contexts import NOTHING, Given
from fastlint.model.following.frames import CallSite, Iterated, Watch
from fastlint.model.following.machine import Machine
from fastlint.model.following.objects import fields, operators
from fastlint.model.following.values import (
    UNKNOWN,
    BoundBuiltin,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    Member,
    Partial,
    Subscripted,
    Unknown,
    Value,
)
from fastlint.model.knowledge import Knowledge
from fastlint.model.shapes.validators import validators

_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_KEPT = frozenset(
    {
        "async_lru.alru_cache()", "functools.cache", "functools.cached_property",
        "functools.lru_cache", "joblib.Memory.cache()",
    }
)  # fmt: skip
"""Decorators under which a function runs once, or once for each of a few arguments."""
_CHOOSING = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
"""Decorators under which another function may run, by the class of what is given."""
_CACHES = _KEPT - {"functools.cached_property"}
_CLIENT = "httpx.AsyncClient"
_OF_CLIENT = {"transport": ("handle_async_request",), "auth": ("async_auth_flow", "auth_flow")}
"""What of its options runs for a request (httpx/_client.py `_send_single_request`,
httpx/_auth.py `Auth.async_auth_flow`); its ``event_hooks`` do as well."""
_ITERATES, _STREAMS = ("__iter__", "__next__"), ("__aiter__", "__anext__")
_ENTERS, _ENTERS_ASYNC = ("__enter__", "__exit__"), ("__aenter__", "__aexit__")
_STACKS = {
    "contextlib.AsyncExitStack.enter_async_context": _ENTERS_ASYNC,
    "contextlib.AsyncExitStack.enter_context": _ENTERS,
    "contextlib.ExitStack.enter_context": _ENTERS,
}
_ASGI = ("scope", "receive", "send")
_STREAM = "starlette.responses.StreamingResponse"
_MODEL = "pydantic.BaseModel"
_MAKES = ("__init__", "__post_init__", "__attrs_post_init__", "model_post_init")


class Step(msgspec.Struct, frozen=True, eq=False):
    """A place from which a function of the project is run."""

    node: tree.Expr
    verb: str
    """What happens there: ``calls``, ``awaits``, ``loops over``, ``enters``, ``reads``, ``runs``
    (behind an operator), ``hands on`` (a callback), ``starts`` (a task), ``streams``"""
    function: FunctionValue
    given: Given
    site: CallSite | None = None
    """The call, where it is one."""
    among: int = 0
    """Of how many it is one that may be run, where others do not block; 0 where it is run."""
    kept_by: Instance | None = None
    """The object that keeps what a property of it has given: it is run where the object is new."""


def steps(watch: Watch, known: Implementations) -> Iterator[Step]:
    """Everything of the project that runs while the function runs."""
    handing = [site for site in watch.calls if _may_run_what_it_gets(site.callee)]
    away = {place(node) for site in handing for node in handed_over(site)}
    away.update(place(node) for site in watch.calls for node in given_away(site, known.machine))
    started = {place(node) for site in handing for node in _started(site)}
    for written in watch.calls:
        here = place(written.node)
        verb = "starts" if here in started else "awaits" if written.awaited else "calls"
        for site in spread(written, known.machine):
            for step in (*_called_here(site, verb, known), *_passed_on(site, known)):
                if not (step.function.facts.is_async and here in away):
                    # Which of several it is the text does not say, so that no fix can change it.
                    yield step if site is written else replace(step, site=None)
    for loop in watch.iterations:
        yield from _looped(loop, known)
    for loop in watch.streams:
        yield from _looped(loop, known, _STREAMS)
    for entered in watch.entered:
        names = _ENTERS_ASYNC if entered.is_async else _ENTERS
        for method in _methods(entered.value, names, known):
            yield Step(entered.node, "enters", method, NOTHING)
    yield from _unnamed(watch, known)


def _called_here(site: CallSite, verb: str, known: Implementations) -> Iterator[Step]:
    if isinstance(site.callee, External | Member | BoundBuiltin):
        yield from _of_library(site, known)
        for function in made_of_data(site, known.schemas):
            yield Step(site.node, "hands on", function, NOTHING)
    elif not isinstance(site.callee, Unknown) or site.callee.in_turn:
        yield from called(site.callee, site, verb, known)
        if site.awaited and not is_coroutine(site.callee):
            for method in _methods(site.result, ("__await__",), known):
                yield Step(site.node, "awaits", method, NOTHING)
        if isinstance(site.callee, ClassValue):
            yield from _streamed(site, known)


def spread(site: CallSite, machine: Machine) -> Iterator[CallSite]:
    """The call, once for each object that a branch may have chosen as that whose method it is."""
    owner = _owner(site.callee)
    if owner is None or not owner.others or not isinstance(site.node.func, tree.Attribute):
        yield site
        return
    name = site.node.func.attr
    objects = (replace(each, others=()) for each in (owner, *owner.others))
    methods = [machine.attribute(each, name) for each in objects]
    # What is awaited is known to be one of those that can be.
    coroutines = [each for each in methods if is_coroutine(each)] if site.awaited else []
    yield from (replace(site, callee=method) for method in coroutines or methods)


def is_coroutine(value: Value) -> bool:
    """Whether it is an ``async def`` of the project."""
    return isinstance(value, FunctionValue) and value.facts.is_async


def _owner(callee: Value) -> Instance | None:
    """The object whose own method is called."""
    if isinstance(callee, FunctionValue):
        return callee.bound if isinstance(callee.bound, Instance) else None
    if isinstance(callee, Member) and isinstance(callee.owner.cls, External):
        is_own = callee.dotted == f"{callee.owner.cls.name}.{callee.name}"
        return callee.owner if is_own else None
    return None


def _unnamed(watch: Watch, known: Implementations) -> Iterator[Step]:
    """What operators and attributes run."""
    for each in watch.operations:
        if not is_kept(each.method):
            method = known.behind(each.method)
            yield Step(each.node, "runs", method, contexts.given(method, each.args, {}))
    new = {id(site.result) for site in watch.calls if isinstance(site.callee, ClassValue)}
    for node, getter in watch.properties:
        if not is_kept(getter) or (_is_cached_property(getter) and id(getter.bound) in new):
            yield Step(node, "reads", getter, NOTHING)
        elif _is_cached_property(getter) and isinstance(getter.bound, Instance):
            yield Step(node, "reads", getter, NOTHING, kept_by=getter.bound)


def _may_run_what_it_gets(callee: Value) -> bool:
    if not isinstance(callee, External | Member):
        return False
    name = own_name(callee)
    return runs_what_it_gets(name) or name in OTHER_LOOPS


def _of_library(site: CallSite, known: Implementations) -> Iterator[Step]:
    """What somebody else's function runs of the project: what it is given, or loops over."""
    name = own_name(site.callee)
    if runs_what_it_gets(name):
        yield from called(run_here(site), site, "hands on", known)
        yield from called(run_as_task(site), site, "starts", known)
        yield from _run_later(site, known)
    if name == _CLIENT:
        yield from _of_client(site, site.keywords, known)
    elif isinstance(site.callee, Member) and site.awaited and _is_client(site.callee):
        yield from _of_client(site, site.callee.owner.keywords, known)
    if isinstance(site.callee, BoundBuiltin) and site.callee.name == "sort":
        yield from called(site.keywords.get("key"), site, "hands on", known)
    if isinstance(site.callee, External):
        yield from _streamed(site, known)
    if not site.args:
        return
    if name in LOOPS or _goes_through(site.callee):
        yield from _looped(Iterated(site.node, site.args[0]), known)
    if name == "builtins.anext":
        yield from _looped(Iterated(site.node, site.args[0]), known, _STREAMS)
    if name in operators.BUILTINS:
        yield from _of_builtin(site, operators.BUILTINS[name], known)
    if name in _STACKS:
        for method in _methods(site.args[0], _STACKS[name], known):
            yield Step(site.node, "enters", method, NOTHING)


def _is_client(callee: Member) -> bool:
    return callee.owner.cls == External(_CLIENT)


def _of_client(site: CallSite, options: dict[str, Value], known: Implementations) -> Iterator[Step]:
    """What a client runs for each request, by what it was made with."""
    for option, names in _OF_CLIENT.items():
        for method in _methods(options.get(option), names, known):
            yield Step(site.node, "hands on", method, NOTHING)
    hooks = options.get("event_hooks")
    for listed in hooks.items.values() if isinstance(hooks, Mapping) else ():
        for hook in listed.items if isinstance(listed, Items) else ():
            yield from called(hook, site, "hands on", known)


def _passed_on(site: CallSite, known: Implementations) -> Iterator[Step]:
    """What middleware has the app call: ``await self.app(scope, receive, counted(send))``."""
    match site.node.args:
        case [tree.Name(id="scope"), _, _] if site.awaited:
            if not isinstance(site.callee, FunctionValue) and len(site.args) == len(_ASGI):
                for given in site.args[1:]:
                    yield from called(given, site, "hands on", known)


def _goes_through(callee: Value) -> bool:
    """``", ".join(rows)``"""
    return isinstance(callee, BoundBuiltin) and callee.name == "join"


def _of_builtin(site: CallSite, names: tuple[str, ...], known: Implementations) -> Iterator[Step]:
    """``len(store)`` and its like run a method of the object."""
    for value in site.args:
        method = operators.of(value, names) if isinstance(value, Instance) else None
        if method is not None and _runs_whencalled(method):
            yield Step(site.node, "runs", known.behind(method), NOTHING)


def _run_later(site: CallSite, known: Implementations) -> Iterator[Step]:
    """An ``async def`` background task."""
    task = run_later(site)
    if task is not None:
        for step in called(task, site, "hands on", known):
            if step.function.facts.is_async:
                yield step


def _streamed(site: CallSite, known: Implementations) -> Iterator[Step]:
    """An asynchronous generator that is streamed."""
    if is_stream(site, known.machine.knowledge):
        content = site.args[0] if site.args else site.keywords.get("content")
        for step in _looped(Iterated(site.node, content or UNKNOWN), known, _STREAMS):
            if step.function.facts.is_async:
                yield replace(step, verb="streams")


def is_stream(site: CallSite, knowledge: Knowledge) -> bool:
    """Whether the call makes a ``StreamingResponse`` or a response that derives from it."""
    bases = site.callee.mro() if isinstance(site.callee, ClassValue) else (site.callee,)
    return any(isinstance(b, External) and knowledge.derives(b.name, _STREAM) for b in bases)


def _started(site: CallSite) -> Iterator[tree.Expr]:
    """The arguments of a call that makes a task of a coroutine."""
    if run_as_task(site) is not None:
        yield from site.node.args


def called(
    value: Value | None, site: CallSite, verb: str, known: Implementations
) -> Iterator[Step]:
    """What calling ``value`` runs; of most callbacks it is not known what they are given.

    Of several items of a loop, each is called.
    """
    if isinstance(value, Unknown):
        for each in value.choices:
            one = replace(site, callee=each) if value is site.callee else site
            for step in called(each, one, verb, known):
                yield replace(step, site=None)  # none can be changed where it stands
        return
    if isinstance(value, FunctionValue) and value.replaced is not None:
        yield from called(value.replaced, replace(site, callee=value.replaced), verb, known)
        return
    is_callback = value is not site.callee
    args, keywords = handed_on(site) if is_callback else (site.args, site.keywords)
    while isinstance(value, Partial | Subscripted):
        if isinstance(value, Partial):
            args, keywords = value.given(args, keywords)
        value = value.function if isinstance(value, Partial) else value.origin
    found: Iterator[FunctionValue]
    if isinstance(value, FunctionValue):
        found = iter((known.behind(value),))
    elif isinstance(value, ClassValue):
        made = site.result if isinstance(site.result, Instance) else Instance(value)
        found = _methods(made, _MAKES, known)
    elif isinstance(value, Instance):
        found = _methods(value, ("__call__",), known)
    else:
        return
    for function in (*found, *_factories(value, site), *_validators(value, site, known)):
        if _runs_whencalled(function) or (_is_cached(function) and _is_asked_for_one(site)):
            is_told = not is_callback or bool(args or keywords)
            brought = contexts.brought(function, args, keywords) if is_told else {}
            yield Step(site.node, verb, function, brought, None if is_callback else site)


def _factories(value: Value, site: CallSite) -> Iterator[FunctionValue]:
    """What makes the fields of a new object: ``field(default_factory=load)``."""
    if not isinstance(value, ClassValue):
        return
    if any(isinstance(each, tree.Starred) for each in site.node.args):
        return
    given = {*site.keywords, *list(fields.declared_fields(value))[: len(site.args)]}
    for base in value.own:
        for name, field in base.namespace.namespace.items():
            if fields.is_field(field) and name not in given:
                factory = field.keywords.get("default_factory", field.keywords.get("factory"))
                if isinstance(factory, FunctionValue):
                    yield factory


def _validators(value: Value, site: CallSite, known: Implementations) -> Iterator[FunctionValue]:
    """What checks the fields of a new model that are given."""
    if not isinstance(value, ClassValue) or _MODEL not in value.outside:
        return
    for each in validators(value):
        is_run = "**" in site.keywords or any(map(each.concerns, site.keywords))
        if each.function is not None and is_run:
            yield bound_to(value, each.function)
    yield from of_fields(value, frozenset(site.keywords), known.schemas)


def _looped(
    loop: Iterated, known: Implementations, names: tuple[str, ...] = _ITERATES
) -> Iterator[Step]:
    value = loop.value
    if not isinstance(value, Instance):
        return
    if isinstance(value.cls, External) and len(value.args) == 1:
        generator = value.args[0]
        if isinstance(generator, FunctionValue) and generator.facts.is_generator:
            yield Step(loop.node, "loops over", known.behind(generator), NOTHING)
    for method in _methods(value, names, known):
        yield Step(loop.node, "loops over", method, NOTHING)


def looped_over(generator: FunctionValue, site: CallSite) -> Step:
    """A generator that the call makes, where a loop goes through it."""
    brought = contexts.brought(generator, site.args, site.keywords)
    return Step(site.node, "loops over", generator, brought)


def _methods(
    value: Value | None, names: tuple[str, ...], known: Implementations
) -> Iterator[FunctionValue]:
    """The methods of these names that an object has from the project's own classes."""
    if not isinstance(value, Instance) or not isinstance(value.cls, ClassValue):
        return
    for name in names:
        found = classes.method(value.cls, name)
        if found is not None:
            yield known.behind(replace(found, bound=value))


def _runs_whencalled(function: FunctionValue) -> bool:
    if is_kept(function) or runs_in_thread(function.decorators):
        return False
    if not _CHOOSING.isdisjoint(map(_name, function.decorators)):
        return False
    return not function.facts.is_generator or is_manager(function)


def is_manager(function: FunctionValue) -> bool:
    """Whether the generator was made a context manager, which ``with`` runs."""
    return any(isinstance(by, External) and by.name in _MANAGERS for by in function.decorators)


def is_kept(function: FunctionValue) -> bool:
    """Whether what it gives is kept, and given again."""
    return not _KEPT.isdisjoint(map(_name, function.decorators))


def _is_cached_property(function: FunctionValue) -> bool:
    """Whether each object keeps what it gives, and only for as long as it is there itself."""
    return "functools.cached_property" in map(_name, function.decorators)


def _is_cached(function: FunctionValue) -> bool:
    """Whether it runs once for each of its arguments, and is called: it is no property."""
    if function.facts.is_generator or runs_in_thread(function.decorators):
        return False
    return not _CACHES.isdisjoint(map(_name, function.decorators))


def _is_asked_for_one(site: CallSite) -> bool:
    """Whether it is called with what tells one thing from many: ``load(run_id)``."""
    given = (*site.node.args, *(keyword.value for keyword in site.node.keywords))
    return any(isinstance(each, tree.Name) and once.is_of_one(each.id) for each in given)


def _name(decorator: Value) -> str:
    if isinstance(decorator, Instance):
        decorator = decorator.cls
    return decorator.name if isinstance(decorator, External) else ""
