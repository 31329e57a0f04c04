"""What an app or router has: its methods, what it was made with, FastAPI's defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.following.fastapi.routeobjects import ROUTES
from fastlint.model.following.objects.lookup import bound_to
from fastlint.model.following.values import (
    Const,
    External,
    Instance,
    Items,
    Member,
    RouterMethod,
    RouterValue,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


ROUTER_METHODS = frozenset(
    [
        "get",
        "put",
        "post",
        "delete",
        "options",
        "head",
        "patch",
        "trace",
        "api_route",
        "websocket",
        "add_api_route",
        "add_api_websocket_route",
        "include_router",
        "mount",
        "add_route",
        "route",
        "websocket_route",
        "add_websocket_route",
        "host",
        "frontend",
        "middleware",
        "add_middleware",
        "exception_handler",
        "add_exception_handler",
        "on_event",
        "add_event_handler",
    ]
)
_APP_DEFAULTS = {
    "title": "FastAPI",
    "version": "0.1.0",
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
}
"""What a ``FastAPI`` says of itself where it was not told (fastapi/applications.py)."""
_ROUTER_DEFAULTS = {"prefix": ""}


def router_attribute(router: RouterValue, name: str, machine: Machine) -> Value:
    """``app.router``, ``router.get`` and what the project set or defined on it itself."""
    if name in router.attributes:
        return router.attributes[name]
    if router.cls is not None:
        for base in router.cls.own:
            value = base.namespace.namespace.get(name)
            if value is not None:
                return bound_to(machine.force(value), name, router, base, machine)
    if name in ROUTER_METHODS:
        return RouterMethod(router, name)
    if name == "router" and router.is_app:
        return router
    if name == "routes":
        return Instance(ROUTES, {"router": router})
    if name in ("dependencies", "tags"):
        return _own_list(router, name)
    if name in router.options:
        return router.options[name]
    default = (_APP_DEFAULTS if router.is_app else _ROUTER_DEFAULTS).get(name)
    if default is not None and not router.open and not router.phantom:
        return Const(default)
    kind = "fastapi.FastAPI" if router.is_app else "fastapi.APIRouter"
    return Member(Instance(External(kind)), name, f"{kind}.{name}")


def _own_list(router: RouterValue, name: str) -> Value:
    """``router.dependencies``: a list of its own (fastapi/routing.py), which may be appended to.

    So are its tags, where it was given none.
    """
    given = router.options.get(name)
    if given is None or given == Const(None):
        given = router.options[name] = Items("list", [])
    return given
