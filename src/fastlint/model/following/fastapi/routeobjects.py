"""The objects in ``router.routes``, as code that goes through the list sees and changes them.

Followed from fastapi 0.165: an ``APIRoute`` reads most of what it says when it is asked, so what is
put into its tags counts. Its dependencies are worked out when it is made, and again by each include
(``_EffectiveRouteContext``): what a route of an app itself gets later has no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Const,
    External,
    FunctionValue,
    IncludeEntry,
    Instance,
    Items,
    MountEntry,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
    copied,
)

ROUTES = External("fastapi.APIRouter.routes")
"""The list of a router's routes."""
_ORDER = "order"
_CLASSES = {
    "http": "fastapi.routing.APIRoute",
    "websocket": "fastapi.routing.APIWebSocketRoute",
    "mount": "starlette.routing.Mount",
    "host": "starlette.routing.Host",
    "frontend": "starlette.routing.Mount",
}
_INCLUDED = "fastapi.routing._IncludedRouter"
_PLAIN = "starlette.routing.Route"
_BASES = {
    "APIRoute": {"APIRoute", "Route", "BaseRoute"},
    "APIWebSocketRoute": {"APIWebSocketRoute", "WebSocketRoute", "BaseRoute"},
}
"""The classes of FastAPI and Starlette that a route is an object of, by the last part of its name;
any other is one of its own class and of ``BaseRoute``."""
_DOCS = (
    ("openapi_url", "/openapi.json", "openapi"),
    ("docs_url", "/docs", "swagger_ui_html"),
    ("swagger_ui_oauth2_redirect_url", "/docs/oauth2-redirect", "swagger_ui_redirect"),
    ("redoc_url", "/redoc", "redoc_html"),
)
"""What an app serves by itself, in this order (fastapi/applications.py `setup`)."""
_TOLD = ("summary", "description", "deprecated", "operation_id", "status_code")
"""What a route says of itself that is None where nothing is said."""
_LIVE = frozenset({*_TOLD, "tags", "include_in_schema", "name"}) - {"status_code"}
"""What is read from the route when it is asked for."""
ASKED = frozenset({"path", "endpoint", "methods", "tags", "dependencies", "include_in_schema"})
"""What code asks for to tell the kinds of routes apart."""
BY_HAND = "the route is changed by hand"


class RouteObject(Instance):
    """One object in the list of a router's routes."""

    entry: RouteEntry | IncludeEntry | MountEntry | None = None
    """None for the pages that an app serves by itself."""
    at_first: dict[str, Value] = msgspec.field(default_factory=dict)
    """What it said of itself before the code changed anything."""

    def is_a(self, name: str) -> bool:
        """Whether it is an object of this class of FastAPI's or Starlette's."""
        own = self.cls.name.rpartition(".")[2] if isinstance(self.cls, External) else ""
        return name.rpartition(".")[2] in _BASES.get(own, {own, "BaseRoute"})


def owner(value: Value) -> RouterValue | None:
    """The router whose list of routes the value is."""
    if isinstance(value, Instance) and value.cls == ROUTES:
        router = value.attributes.get("router")
        return router if isinstance(router, RouterValue) else None
    return None


def is_reordered(value: Value) -> bool:
    """Whether it is such a list in an order that is not known."""
    return isinstance(value, Instance) and _ORDER in value.attributes


def reordered(value: Value) -> Value:
    """The same routes in an order that is not known; any other value as it is."""
    router = owner(value)
    if router is None:
        return value
    return Instance(ROUTES, {"router": router, _ORDER: UNKNOWN})


def objects(value: Value) -> list[Value] | None:
    """What stands in such a list now; None where that is not known."""
    router = owner(value)
    if router is None or is_reordered(value):
        return None
    if router.reworked or router.reordered or router.phantom or router.open:
        return None
    return [*_docs(router), *(_object(router, entry) for entry in router.entries)]


def _docs(router: RouterValue) -> Iterator[RouteObject]:
    if not router.is_app or router.options.get("openapi_url") == NONE:
        return
    if router.options.get("docs_url") == NONE:
        return
    for option, default, name in _DOCS:
        path = router.options.get(option, Const(default))
        if path != NONE:
            known: dict[str, Value] = {
                "path": path,
                "name": Const(name),
                "methods": Items("set", [Const("GET"), Const("HEAD")]),
                "include_in_schema": Const(False),
            }
            yield RouteObject(External(_PLAIN), known)


def _object(router: RouterValue, entry: RouteEntry | IncludeEntry | MountEntry) -> Value:
    found = router.objects.get(id(entry))
    if found is None:
        found = router.objects[id(entry)] = _made(entry)
    return found


def _made(entry: RouteEntry | IncludeEntry | MountEntry) -> RouteObject:
    if isinstance(entry, IncludeEntry):
        return RouteObject(External(_INCLUDED), {"original_router": entry.child}, entry=entry)
    if isinstance(entry, MountEntry):
        cls = External(_CLASSES.get(entry.kind, _PLAIN))
        return RouteObject(cls, {"path": entry.path}, entry=entry)
    known: dict[str, Value] = {
        "path": _path(entry),
        "endpoint": entry.handler,
        "name": _name(entry),
        "dependencies": _joined("dependencies", entry),
    }
    if entry.kind == "http":
        methods = entry.methods
        known |= {name: entry.options.get(name, NONE) for name in _TOLD}
        known |= {
            "methods": UNKNOWN if methods is None else Items("set", [Const(m) for m in methods]),
            "include_in_schema": entry.options.get("include_in_schema", Const(True)),
            "tags": _joined("tags", entry),
        }
    at_first = {name: copied(value) for name, value in known.items()}
    return RouteObject(External(_CLASSES[entry.kind]), known, entry=entry, at_first=at_first)


def _path(entry: RouteEntry) -> Value:
    prefix, path = ("" if entry.prefix == NONE else _text(entry.prefix)), _text(entry.path)
    return UNKNOWN if prefix is None or path is None else Const(prefix + path)


def _text(value: Value) -> str | None:
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _name(entry: RouteEntry) -> Value:
    given = entry.options.get("name", NONE)
    if given == NONE and isinstance(entry.handler, FunctionValue):
        return Const(entry.handler.facts.name)
    return UNKNOWN if given == NONE else given


def _joined(name: str, entry: RouteEntry) -> Value:
    """What the router and the decorator say, in one list."""
    given = (entry.inherited.get(name, NONE), entry.options.get(name, NONE))
    lists = [each for each in given if isinstance(each, Items)]
    is_open = entry.open or any(each.open for each in lists)
    if any(each != NONE and not isinstance(each, Items) for each in given):
        is_open = True
    return Items("list", [item for each in lists for item in each.items], is_open)


def settle(routers: Iterable[RouterValue], possible: dict[int, Value]) -> None:
    """What the code did to the objects becomes what is known of the routes."""
    for router in routers:
        for made in router.objects.values():
            entry = made.entry if isinstance(made, RouteObject) else None
            if isinstance(made, RouteObject) and isinstance(entry, RouteEntry):
                for name, value in made.attributes.items():
                    if not _is_same(value, made.at_first.get(name)):
                        _change(router, entry, name, _surely(value, possible))


def _surely(value: Value, possible: dict[int, Value]) -> Value:
    """A list without what may not be in it, which leaves it open."""
    if not isinstance(value, Items):
        return value
    kept = [item for item in value.items if id(item) not in possible]
    return Items(value.kind, kept, value.open or len(kept) < len(value.items))


def _is_same(value: Value, before: Value | None) -> bool:
    if isinstance(value, Items) and isinstance(before, Items):
        return value.items == before.items and value.open == before.open
    return value is before or value == before


def _change(router: RouterValue, entry: RouteEntry, name: str, value: Value) -> None:
    if name == "dependencies" and router.is_app:
        return  # its dependencies were worked out when it was made
    if name == "methods":
        items = value.items if isinstance(value, Items) and not value.open else [UNKNOWN]
        texts = [_text(each) for each in items]
        entry.methods = tuple(text for text in texts if text) if all(texts) else None
    elif name == "path" and not router.is_app:  # whoever includes it reads it
        entry.prefix, entry.path = NONE, value
    elif name in ("path", "path_format", "path_regex"):
        entry.path = Unknown(BY_HAND)
    elif name in ("endpoint", "dependant", "app"):
        entry.handler = Unknown(BY_HAND)
    elif name in _LIVE or name == "dependencies":
        entry.inherited.pop(name, None)
        entry.options[name] = value
    else:
        entry.options[name] = Unknown(BY_HAND)
