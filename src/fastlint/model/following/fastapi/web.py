"""What FastAPI's own objects do when the project's code calls them.

Followed from fastapi 0.165: ``applications.py`` and ``routing.py`` (`APIRouter`), and the
Starlette methods that FastAPI inherits (``starlette/routing.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following import choices
from fastlint.model.following.fastapi import class_views, routelists
from fastlint.model.following.fastapi.middleware import dispatching
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Attached,
    Const,
    DependsMarker,
    External,
    FunctionValue,
    IncludeEntry,
    Instance,
    Items,
    MountEntry,
    ParamMarker,
    Registrar,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
    copied,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
SOME_METHOD = "?"
"""One of the methods above: which one is known at run time, as in ``getattr(router, method)``."""
_PARAM_MARKERS = frozenset({"Query", "Path", "Header", "Cookie", "Body", "Form", "File"})
_RAW = frozenset({"add_route", "route", "websocket_route", "add_websocket_route", "host"})
_BY_POSITION = {
    "route": ("path", "methods"),
    "websocket_route": ("path",),
    "add_route": ("path", "route", "methods"),
}
"""How Starlette calls what it is given without a name; all else is ``(path, app)``."""
_TARGETS = ("app", "route", "endpoint")
_DECORATING = METHODS | {
    "api_route", "exception_handler", "middleware", "on_event", "route", "websocket",
    "websocket_route",
}  # fmt: skip
"""What gives a decorator, and does nothing else."""


def construct(
    machine: Machine, kind: str, options: dict[str, Value], node: tree.Node, frame: Frame
) -> RouterValue:
    """``FastAPI(…)`` or ``APIRouter(…)``."""
    router = RouterValue(kind == "fastapi.FastAPI", frame.span(node), frame.path, dict(options))
    router.makers = tuple(machine.budget.calls)
    if frame.watch is None:
        machine.routers.append(router)
    _configured(router)
    return router


def configure(router: RouterValue, args: Sequence[Value], options: dict[str, Value]) -> None:
    """``super().__init__(…)`` in a subclass of FastAPI or APIRouter."""
    router.options.update(options)
    if args:
        router.open = True
    _configured(router)


def _configured(router: RouterValue) -> None:
    if router.options.pop("**", None) is not None:
        router.open = True
    for name in ("dependencies", "tags"):  # of the tags, an empty list is not kept
        own = router.options.get(name)
        if isinstance(own, Items) and (name == "dependencies" or not own.items):
            router.options[name] = Items("list", list(own.items), own.open)
    given = router.options.pop("routes", NONE)
    if given != NONE:
        routelists.extend(router, given, doubtful=False)
    lifespan = router.options.get("lifespan")
    if lifespan is not None and lifespan != NONE:
        router.attached.append(Attached("lifespan", lifespan, router.span))


def depends(
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
    *,
    security: bool,
) -> Value:
    """``Depends(…)`` or ``Security(…)``."""
    dependency = args[0] if args else keywords.get("dependency")
    class_views.asked_for(dependency, frame.machine)
    if isinstance(dependency, Instance) and dependency.made:
        frame.machine.depended[id(dependency)] = dependency
    use_cache = keywords.get("use_cache")
    scope = keywords.get("scope")
    return DependsMarker(
        None if dependency == NONE else dependency,
        security,
        keywords.get("scopes"),
        use_cache != Const(False),
        scope.value if isinstance(scope, Const) and isinstance(scope.value, str) else None,
        frame.span(node),
    )


def param_marker(
    kind: str, args: Sequence[Value], keywords: dict[str, Value], node: tree.Node, frame: Frame
) -> Value:
    """``Query(…)`` and its like."""
    options = dict(keywords)
    default = args[0] if args else options.pop("default", None)
    return ParamMarker(kind, default, options, frame.span(node))


def marker_kind(name: str) -> str | None:
    """``Query`` for ``fastapi.Query``; None for what is no parameter marker."""
    head, _, last = name.rpartition(".")
    return last if head == "fastapi" and last in _PARAM_MARKERS else None


def call(
    router: RouterValue,
    name: str,
    args: Sequence[Value],
    keywords: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    """``router.name(*args, **keywords)``"""
    options = dict(keywords)
    is_open = options.pop("**", None) is not None
    if name in _DECORATING and args and isinstance(args[0], FunctionValue):
        router.attached.append(Attached("bare", args[0], frame.span(node), by=name))
    if name in METHODS or name in ("api_route", "add_api_route", SOME_METHOD):
        return _operation("http", router, name, list(args), options, node, frame, is_open=is_open)
    if name in ("websocket", "add_api_websocket_route"):
        kind = "websocket"
        return _operation(kind, router, name, list(args), options, node, frame, is_open=is_open)
    if name == "include_router":
        child = args[0] if args else options.pop("router", UNKNOWN)
        _include(router, child, options, node, frame, is_open=is_open)
        return NONE
    if name in ("mount", "frontend") or name in _RAW:
        return _raw(router, name, args, options, node, frame)
    if name == "__init__":
        configure(router, args, keywords)
        return NONE
    return _attach(router, name, list(args), options, node, frame)


def _include(
    router: RouterValue,
    child: Value,
    options: dict[str, Value],
    node: tree.Node,
    frame: Frame,
    *,
    is_open: bool,
) -> None:
    machine = frame.machine
    several = choices.routers(child)
    if several:  # one of them is included
        machine.doubts += 1
        for each in several:
            _include(router, each, options, node, frame, is_open=is_open)
        machine.doubts -= 1
        return
    if isinstance(child, RouterValue) and child.reworked and not child.entries:
        router.reworked = ""  # what was taken out comes back by another router
    entry = IncludeEntry(
        child,
        _as_now(options),
        frame.span(node),
        bool(machine.doubts),
        is_open,
        router.prefix,
        machine.origin,
        len(child.entries) if isinstance(child, RouterValue) else 0,
        router.given,
    )
    if not any(_is_instead_of(entry, other) for other in router.entries):
        router.entries.append(entry)


def _operation(
    kind: str,
    router: RouterValue,
    name: str,
    args: list[Value],
    options: dict[str, Value],
    node: tree.Node,
    frame: Frame,
    *,
    is_open: bool,
) -> Value:
    path = args.pop(0) if args else options.pop("path", Unknown("no path is given"))
    methods: tuple[str, ...] | None = ()
    if name in METHODS:
        methods = (name.upper(),)
    elif name == SOME_METHOD:
        methods = None
    elif kind == "http":
        methods = routelists.method_list(options.pop("methods", None), is_open=is_open)
    entry = RouteEntry(
        kind,
        methods,
        path,
        UNKNOWN,
        _as_now(options),
        frame.span(node),
        bool(frame.machine.doubts),
        is_open,
        router.prefix,
        frame.machine.origin,
    )
    return _entered(router, name, entry, args)


def unsaid(span: Span) -> dict[str, Value]:
    """What FastAPI's decorators pass on to ``add_api_route`` where nothing is said; else None."""
    default = Instance(External("fastapi.datastructures.Default()"), span=span)
    said_by_class = ("response_model", "response_class", "generate_unique_id_function")
    return {**dict.fromkeys(said_by_class, default), "include_in_schema": Const(True)}


def _entered(router: RouterValue, name: str, entry: RouteEntry, args: list[Value]) -> Value:
    if not name.startswith("add_"):
        return Registrar(router, entry)
    entry.handler = _kept(args[0] if args else entry.options.pop("endpoint", UNKNOWN))
    entry.inherited = router.given
    router.entries.append(entry)
    return NONE


def _as_now(options: dict[str, Value]) -> dict[str, Value]:
    """Options whose lists are copied, as FastAPI copies them."""
    return {name: copied(value) for name, value in options.items()}


def _kept(handler: Value) -> Value:
    """What a decorator from outside made of a function counts as the function, decorated.

    As it does where the decorator stands above the function: such decorators wrap what they are
    given, and say so.
    """
    if isinstance(handler, Instance) and isinstance(handler.cls, External):
        inside = [each for each in handler.args if isinstance(each, FunctionValue)]
        if len(inside) == len(handler.args) == 1 and not handler.keywords:
            by = External(handler.cls.name.removesuffix("()"))
            return replace(inside[0], decorators=(*inside[0].decorators, by))
    return handler


def _raw(
    router: RouterValue,
    name: str,
    args: Sequence[Value],
    options: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    by_position = zip(_BY_POSITION.get(name, ("path", "app")), args, strict=False)
    given = {**dict(by_position), **options}
    path = given.get("path", given.get("host", UNKNOWN))
    target = next((given[each] for each in _TARGETS if each in given), UNKNOWN)
    entry = MountEntry(name, path, target, frame.span(node), bool(frame.machine.doubts))
    entry.methods = routelists.method_list(given.get("methods"), is_open=False)
    entry.origin = frame.machine.origin
    router.entries.append(entry)
    if name in ("route", "websocket_route"):
        return Registrar(router, Attached("raw", UNKNOWN, frame.span(node), name))
    return NONE


def _answers(router: RouterValue, raw: Attached) -> None:
    """Tell the last route of Starlette's own that was made there who answers."""
    for entry in reversed(router.entries):
        if isinstance(entry, MountEntry) and entry.span == raw.span:
            entry.target = raw.function
            return


def _attach(
    router: RouterValue,
    name: str,
    args: list[Value],
    options: dict[str, Value],
    node: tree.Node,
    frame: Frame,
) -> Value:
    span = frame.span(node)
    first = args[0] if args else next(iter(options.values()), UNKNOWN)
    detail = first.value if isinstance(first, Const) and isinstance(first.value, str) else ""
    kind = {
        "middleware": "middleware",
        "add_middleware": "middleware",
        "exception_handler": "exception_handler",
        "add_exception_handler": "exception_handler",
        "on_event": "event",
        "add_event_handler": "event",
    }.get(name)
    if kind is None:
        return UNKNOWN
    answers = first if kind == "exception_handler" else None
    doubtful = bool(frame.machine.doubts)
    if name in ("middleware", "exception_handler", "on_event"):
        item = Attached(kind, UNKNOWN, span, detail, name, conditional=doubtful, answers=answers)
        return Registrar(router, item)
    if name == "add_middleware":
        function = dispatching(first, options)
    else:
        function = args[1] if len(args) > 1 else options.get("handler", UNKNOWN)
    item = Attached(kind, function, span, detail, name, conditional=doubtful, answers=answers)
    item.args, item.options = tuple(args[1:]), options
    router.attached.append(item)
    return NONE


def _is_instead_of(entry: IncludeEntry, other: RouteEntry | IncludeEntry | MountEntry) -> bool:
    """Whether both are the one include that stands in each arm of a condition."""
    return (
        isinstance(other, IncludeEntry)
        and entry.conditional
        and other.conditional
        and entry.child is other.child
        and isinstance(entry.child, RouterValue)
        and entry.origin == other.origin
        and entry.known == other.known
        and not (entry.open or other.open)
        and _are_same(entry.options, other.options)
    )


def _are_same(options: dict[str, Value], other: dict[str, Value]) -> bool:
    return options.keys() == other.keys() and all(
        value == other[name] or (isinstance(value, Items) and _have_same(value, other[name]))
        for name, value in options.items()
    )


def _have_same(items: Items, other: Value) -> bool:
    return isinstance(other, Items) and items.items == other.items and items.open == other.open


def register(registrar: Registrar, handler: Value) -> Value:
    """``@router.get("/x")`` on a handler: FastAPI registers it and gives it back unchanged."""
    entry = registrar.entry
    if isinstance(entry, RouteEntry):
        if registrar.used:  # the decorator was kept and is used again
            entry = replace(entry)
        entry.handler = _kept(handler)
        entry.inherited = registrar.router.given
        registrar.router.entries.append(entry)
    else:
        entry.function = handler
        registrar.router.attached.append(entry)
        if entry.kind == "raw":
            _answers(registrar.router, entry)
    registrar.used = True
    return handler
