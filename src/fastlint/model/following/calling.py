"""What calling a value gives, and the following of calls into the project's own functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following import classes, externals, results, standard, types
from fastlint.model.following.choices import each_of, either_of
from fastlint.model.following.fastapi import library_routes, routeclasses, routeobjects, web
from fastlint.model.following.frames import Frame
from fastlint.model.following.language import binding, generators
from fastlint.model.following.objects import builtin_methods, concrete, generated, protocols
from fastlint.model.following.objects.enums import by_value, is_enum
from fastlint.model.following.outside import Call
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    BoundBuiltin,
    ClassValue,
    Const,
    Coroutine,
    DependsMarker,
    External,
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Member,
    Partial,
    Registrar,
    RouteEntry,
    RouterMethod,
    RouterValue,
    Subscripted,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_APP = frozenset({"fastapi.FastAPI", "fastapi.APIRouter"})


def call(  # noqa: C901 - one arm for each kind of value
    machine: Machine,
    callee: Value,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    """What ``callee(*args, **keywords)`` gives."""
    match callee:
        case External(name=name):
            return externals.call(machine, name, args, keywords, node, frame)
        case FunctionValue():
            return _call_function(machine, callee, args, keywords, frame, node)
        case RouterMethod(router=router, name=name):
            if frame.watch is not None:
                return UNKNOWN  # a function that is only looked at registers nothing
            own = _overridden(router, "api_route") if name in web.METHODS else None
            if own is not None:
                path = {"path": args[0]} if args else {}
                methods = Items("list", [Const(name.upper())])
                options = {**path, **keywords, "methods": methods}
                return _call_function(machine, own, [], options, frame)
            if not machine.may_register():
                return UNKNOWN
            before = len(router.entries)
            result = web.call(router, name, args, keywords, node, frame)
            routeclasses.apply(machine, router, before, node, frame)
            return result
        case Registrar():
            return _register(machine, callee, args[0], node, frame) if args else UNKNOWN
        case ClassValue() if args and is_enum(callee) and (known := by_value(callee, args[0])):
            return known
        case ClassValue():
            return _instantiate(machine, callee, args, keywords, node, frame)
        case Subscripted(origin=origin):
            return call(machine, origin, args, keywords, node, frame)
        case Partial(function=function):
            merged = {**dict(callee.keywords), **keywords}
            return call(machine, function, [*callee.args, *args], merged, node, frame)
        case Instance(cls=ClassValue()):
            method = machine.attribute(callee, "__call__")
            if isinstance(method, FunctionValue):
                return call(machine, method, args, keywords, node, frame)
        case Instance(cls=External(name=name)):
            return externals.call_instance(machine, callee, name, args, keywords, frame)
        case Member(dotted=dotted):
            if frame.watch is not None and routeobjects.owner(callee.owner):
                return UNKNOWN
            if dotted in machine.knowledge.libraries:
                about = Call(machine, args, keywords, node, frame)
                if (added := library_routes.call(dotted, about, callee.owner)) is not None:
                    return added
            if frame.watch is not None and callee.name in externals.BY_AND_BY:
                externals.run_by_and_by(callee, Call(machine, args, keywords, node, frame))
            return externals.call_member(machine, callee, args, keywords, frame)
        case BoundBuiltin(name=name):
            if frame.watch is not None and name in builtin_methods.CHANGING:
                return builtin_methods.taken(callee, args, frame)
            if machine.doubts and _adds_dependency(callee, args):
                return NONE
            if machine.doubts and name in ("append", "insert", "add"):
                machine.possible.update((id(arg), arg) for arg in args)
            if name == "sort" and not machine.doubts:
                about = Call(machine, args, keywords, node, frame)
                if standard.sort(callee.owner, about):
                    return NONE
            return builtin_methods.call(callee, args, keywords, machine)
        case LambdaValue(node=body, closure=closure):
            inner = Frame(machine, callee.path, closure, watch=frame.watch)
            inner.namespace.update(binding.bind(callee, args, keywords))
            return machine.evaluate(body.body, inner)
        case Unknown():
            externals.hand_over("something that is not known", args, keywords, frame)
            if (inherited := _inherited_by_all(callee)) is not None and frame.watch is None:
                return call(machine, inherited, args, keywords, node, frame)
            if frame.watch is None:
                return _one_of_methods(machine, callee, args, keywords, node, frame)
            return each_of(callee, lambda each: call(machine, each, args, keywords, node, frame))
    return UNKNOWN


def _inherited_by_all(callee: Unknown) -> FunctionValue | None:
    """The one method that all of the objects inherit of which one is meant, as its class has it.

    A method that builds the app may leave to a subclass what is built.
    """
    methods = [each for each in callee.choices if isinstance(each, FunctionValue)]
    if len(methods) < len(callee.choices) or len(methods) < 2:  # noqa: PLR2004
        return None
    first = methods[0]
    if any(each.facts is not first.facts or each.path != first.path for each in methods):
        return None
    if first.owner is None or not isinstance(first.bound, Instance):
        return None
    return None if classes.makes_routers(first) else replace(first, bound=Instance(first.owner))


def _one_of_methods(
    machine: Machine,
    callee: Unknown,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    """A method of one of several routers: each may be asked to do it."""
    machine.doubts += 1
    made = [
        call(machine, each, args, keywords, node, frame)
        for each in callee.choices
        if isinstance(each, RouterMethod | Registrar)
    ]
    machine.doubts -= 1
    if not any(isinstance(each, Registrar) for each in made):
        return Unknown(callee.reason)
    return either_of(callee.reason, *made)


def _adds_dependency(callee: BoundBuiltin, args: Sequence[Value]) -> bool:
    """``dependencies.append(Depends(…))`` in a branch: nobody may have such a guard.

    A router that is put in a list may be served all the same, and says that it depends.
    """
    added = [each for arg in args for each in (arg.items if isinstance(arg, Items) else [arg])]
    if not isinstance(callee.owner, Items) or callee.name not in builtin_methods.CHANGING:
        return False
    if not any(isinstance(each, DependsMarker) for each in added):
        return False
    callee.owner.open = True
    return True


def _register(
    machine: Machine, registrar: Registrar, handler: Value, node: tree.Node, frame: Frame
) -> Value:
    """A decorator such as ``@router.get("/x")`` gets its handler.

    Its routers' decorators go through ``self.add_api_route`` (fastapi/routing.py), which a subclass
    may have made its own.
    """
    entry = registrar.entry
    if not isinstance(entry, RouteEntry):
        return web.register(registrar, handler)
    is_http = entry.kind == "http"
    name = "add_api_route" if is_http else "add_api_websocket_route"
    own = _overridden(registrar.router, name)
    if own is None:
        before = len(registrar.router.entries)
        result = web.register(registrar, handler)
        routeclasses.apply(machine, registrar.router, before, node, frame)
        return result
    options = dict(entry.options)
    if entry.open:
        options["**"] = Unknown("`**` with content that is not known")
    if is_http:
        known = entry.methods is not None
        options["methods"] = (
            Items("list", [Const(method) for method in entry.methods or ()]) if known else UNKNOWN
        )
    unsaid = {k: v for k, v in web.unsaid(entry.span).items() if is_http and k not in options}
    before = len(registrar.router.entries)
    _call_function(machine, own, [entry.path, handler], {**unsaid, **options}, frame)
    for added in registrar.router.entries[before:]:
        if isinstance(added, RouteEntry):
            added.span = entry.span  # what is said of the route is said where it is asked for
            for name, value in unsaid.items():
                if added.options.get(name) is value:
                    del added.options[name]
    return handler


def _overridden(router: RouterValue, name: str) -> FunctionValue | None:
    """The method of a project's own subclass of APIRouter; an app's decorators never ask for it."""
    if router.cls is None or router.is_app:
        return None
    return _method(router.cls, name, router)


def _call_function(
    machine: Machine,
    function: FunctionValue,
    args: Sequence[Value],
    keywords: dict[str, Value],
    frame: Frame,
    node: tree.Node | None = None,
) -> Value:
    if frame.watch is not None:
        return results.of_call(machine, function, args, keywords)
    facts = function.facts
    remembered = _remembered(function, args, keywords)
    if remembered in function.kept:
        return function.kept[remembered]
    if facts.is_generator:
        span = frame.span(node or facts)
        return generators.started(function, args, keywords, machine, span)
    positional = list(args)
    if function.bound is not None:
        positional.insert(0, function.bound)
        other = _override(machine, function, function.bound)
        if other is not None:
            return _call_function(machine, other, args, keywords, frame)
    aside = not binding.builds(machine, function, [*positional, *keywords.values()])
    with machine.following(function, aside=aside) as go_on:
        if not go_on:
            return UNKNOWN
        inner = Frame(machine, function.path, function.closure, function=function)
        inner.namespace.update(binding.bind(function, positional, keywords))
        ends = machine.follow(tree.statements(facts), inner)
        is_whole = machine.budget.left > 0
    machine.escapes(ends)
    result = frame.either(inner.returns) or (NONE if is_whole else UNKNOWN)
    if inner.swayed and isinstance(result, Const):
        result = Const(result.value, settable=True)
    if isinstance(result, Unknown) and facts.returns is not None:
        declared = machine.evaluate(facts.returns, function.closure)
        result = types.instance_of(declared, machine)
    result = Coroutine(result) if facts.is_async else result
    if remembered:
        function.kept[remembered] = result
    return result


def _remembered(function: FunctionValue, args: Sequence[Value], keywords: dict[str, Value]) -> str:
    """Under which name the result of a cached function is kept; empty for any other."""
    names = {by.name for by in function.decorators if isinstance(by, External)}
    given = [*args, *keywords.values()]
    if not names & _CACHES or not all(isinstance(each, Const) for each in given):
        return ""
    said = [each.value for each in given if isinstance(each, Const)]
    return f"()={said!r}{list(keywords)!r}"


def _override(machine: Machine, function: FunctionValue, bound: Value) -> FunctionValue | None:
    """The one method that builds something in the place of a method that builds nothing.

    An object of which only the declared class is known may be one of a subclass, and is where the
    class leaves to its only subclass what to make: ``def get_app(self) -> FastAPI | None``.
    """
    if not isinstance(bound, Instance) or not isinstance(bound.cls, ClassValue):
        return None
    if id(bound.cls) not in machine.derived or classes.makes_routers(function):
        return None
    if bound.span is not None and not concrete.is_abstract(bound.cls):
        return None
    name = function.facts.name
    own = _method(bound.cls, name, bound)
    if own is None or own.facts is not function.facts:  # asked for by `super()`
        return None
    found = [
        replace(method, bound=Instance(cls))
        for cls in machine.derived[id(bound.cls)]
        if isinstance(method := cls.namespace.namespace.get(name), FunctionValue)
        and classes.makes_routers(method)
    ]
    return found[0] if len(found) == 1 else None


def _instantiate(
    machine: Machine,
    cls: ClassValue,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    external = cls.outside
    made: Instance | RouterValue
    if _APP.intersection(external) and frame.watch is None:
        kind = "fastapi.FastAPI" if "fastapi.FastAPI" in external else "fastapi.APIRouter"
        made = web.construct(machine, kind, {}, node, frame)
        made.cls = cls
    else:
        made = Instance(cls, args=tuple(args), keywords=keywords, span=frame.span(node))
        new = _method(cls, "__new__", cls)
        if frame.watch is not None:
            return made if new is None else _of_another_class(machine, new, made, args, keywords)
        found = call(machine, new, args, keywords, node, frame) if new is not None else None
        made = found if isinstance(found, Instance) else made
        made.made = True
        machine.alike.setdefault(id(cls), []).append(made)
        protocols.fill(made, args, keywords)
    init = _method(cls, "__init__", made)
    if init is not None and (isinstance(made, RouterValue) or generated.is_written(cls)):
        call(machine, init, args, keywords, node, frame)
    elif isinstance(made, RouterValue):
        web.configure(made, args, keywords)
    else:
        generated.fill(generated.Making(machine, made, node, frame), cls, args, keywords)
    return made


def _of_another_class(
    machine: Machine,
    new: FunctionValue,
    made: Instance,
    args: Sequence[Value],
    keywords: dict[str, Value],
) -> Instance:
    """What ``__new__`` gives where that is no object of the class that is called."""
    found = results.of_call(machine, new, args, keywords)
    if not isinstance(found, Instance) or not isinstance(found.cls, ClassValue):
        return made
    return made if made.cls in found.cls.mro() else found


def _method(cls: ClassValue, name: str, owner: Value) -> FunctionValue | None:
    found = classes.method(cls, name)
    return None if found is None else replace(found, bound=owner)
