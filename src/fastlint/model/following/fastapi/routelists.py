"""The list of a router's routes, where the code reads or changes it itself.

What is put into it is followed; once something is taken out that is not known, nobody
knows what is left.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from fastlint.model.following import types
from fastlint.model.following.fastapi import routeobjects
from fastlint.model.following.fastapi.routeobjects import is_reordered, owner
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Const,
    External,
    IncludeEntry,
    Instance,
    MountEntry,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
)

_HTTP = "fastapi.routing.APIRoute"
_WEBSOCKET = "fastapi.routing.APIWebSocketRoute"
_MOUNTS = {
    "starlette.routing.Mount": "mount",
    "starlette.routing.Host": "host",
    "starlette.routing.Route": "add_route",
    "starlette.routing.WebSocketRoute": "add_websocket_route",
}
_HARMLESS = frozenset({"copy", "index", "count", "__len__", "__iter__"})
_SOME = "with routes that are not known"
_SOME_ROUTE = "a route that is not known is put into the list"
Entry = RouteEntry | IncludeEntry | MountEntry


def call(router: RouterValue, name: str, args: Sequence[Value], *, doubtful: bool) -> None:
    """``router.routes.name(*args)``; ``doubtful`` where that may not be done."""
    if name == "append" and args:
        router.entries.extend(_perhaps(_entries(router, [args[0]]), doubtful=doubtful))
    elif name == "insert" and len(args) > 1:
        at = args[0].value if isinstance(args[0], Const) else None
        at = at if isinstance(at, int) else len(router.entries)
        router.doubted += at < router.doubted
        router.entries[at:at] = _perhaps(_entries(router, [args[1]]), doubtful=doubtful)
    elif name == "extend" and args:
        extend(router, args[0], doubtful=doubtful)
    elif name == "remove" and not doubtful and not router.walked and _is_there(router, args):
        router.entries[:] = [each for each in router.entries if each is not _entry(args[0])]
    elif name in ("sort", "reverse"):
        router.reordered = True
    elif name not in _HARMLESS:
        rework(router, f"`{name}`", doubtful=doubtful)


def rework(router: RouterValue, how: str, *, doubtful: bool) -> None:
    """Something is done to the list after which nobody knows what is left of it."""
    if doubtful:
        router.entries[:] = _perhaps(router.entries, doubtful=True)
    else:
        router.reworked = router.reworked or how
        router.doubted = len(router.entries)


def _perhaps(entries: list[Entry], *, doubtful: bool) -> list[Entry]:
    """The entries, marked where they may not be there."""
    return [structs.replace(each, conditional=True) for each in entries] if doubtful else entries


def _is_there(router: RouterValue, args: Sequence[Value]) -> bool:
    return bool(args) and any(each is _entry(args[0]) for each in router.entries)


def extend(router: RouterValue, given: Value, *, doubtful: bool) -> None:
    """The routes of a list are added to those of a router as they are, without its prefix."""
    added = _listed(router, given)
    if added is not None:
        router.entries.extend(_perhaps(added, doubtful=doubtful))
    else:
        rework(router, _SOME, doubtful=doubtful)


def replace(router: RouterValue, given: Value, *, doubtful: bool) -> None:
    """``router.routes = given`` or ``router.routes[:] = given``"""
    if owner(given) is router:
        router.reordered = router.reordered or is_reordered(given)
        return
    listed = _listed(router, given)
    if listed is None:
        rework(router, "assigned anew", doubtful=doubtful)
        return
    before = router.entries[:]
    router.entries[:] = listed
    if doubtful:
        router.entries[:] = [
            *(each for old in before for each in _perhaps([old], doubtful=old not in listed)),
            *_perhaps([each for each in listed if each not in before], doubtful=True),
        ]


def _listed(router: RouterValue, given: Value) -> list[Entry] | None:
    """What stands in a list of routes; None where that is not known."""
    other = owner(given)
    if other is not None:
        return other.entries[:]
    items = types.iterate(given)
    return None if items is None else _entries(router, items)


def _entries(router: RouterValue, items: Sequence[Value]) -> list[Entry]:
    unknown = [each for each in items if isinstance(each, Unknown)]
    return [
        *(entry for item in items if (entry := _entry(item)) is not None),
        *(IncludeEntry(Unknown(_SOME_ROUTE), {}, router.span, True) for _ in unknown[:1]),
    ]


def _entry(value: Value) -> Entry | None:
    """What a route that was made by hand stands for; None for one that FastAPI does not inject."""
    if isinstance(value, routeobjects.RouteObject):
        return value.entry
    if not isinstance(value, Instance) or value.span is None:
        return None
    args, options = list(value.args), dict(value.keywords)
    name = _external(value)
    path = args.pop(0) if args else options.pop("path", options.pop("host", UNKNOWN))
    if name in _MOUNTS:
        target = args[0] if args else options.get("app", options.get("endpoint", UNKNOWN))
        if name == "starlette.routing.Mount" and target is UNKNOWN and "routes" in options:
            target = RouterValue(False, value.span, value.span.path, {}, name="Mount")
            extend(target, options["routes"], doubtful=False)
        methods = method_list(options.get("methods"), is_open=False)
        return MountEntry(_MOUNTS[name], path, target, value.span, methods=methods)
    if name not in (_HTTP, _WEBSOCKET):
        return None
    handler = args.pop(0) if args else options.pop("endpoint", UNKNOWN)
    methods = () if name == _WEBSOCKET else method_list(options.pop("methods", None), is_open=False)
    kind = "websocket" if name == _WEBSOCKET else "http"
    return RouteEntry(kind, methods, path, handler, options, value.span, conditional=False)


def _external(value: Instance) -> str:
    if isinstance(value.cls, External):
        return value.cls.name
    return next((base.name for base in value.cls.mro() if isinstance(base, External)), "")


def method_list(given: Value | None, *, is_open: bool) -> tuple[str, ...] | None:
    """``methods=``; without it a route answers GET (fastapi/routing.py)."""
    if given is None or given == NONE:
        return None if is_open else ("GET",)
    items = types.iterate(given)
    if items is None:
        return None
    names = [as_text(item) for item in items]
    return tuple(dict.fromkeys(name.upper() for name in names if name)) if all(names) else None
