"""What FastAPI and Starlette run of the objects and classes that an app gives them to build on.

Followed from starlette 1.10, ``middleware/authentication.py`` (`AuthenticationMiddleware.__call__`
awaits ``backend.authenticate``), and fastapi 0.165, ``routing.py`` (`APIRoute.__init__` makes its
app of what ``get_route_handler`` gives).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.model.following import classes
from fastlint.model.following.fastapi.middleware import middleware
from fastlint.model.following.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Value,
)
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project

_AUTHENTICATION = "starlette.middleware.authentication.AuthenticationMiddleware"


def authenticating(project: Project) -> Iterator[FunctionValue]:
    """The ``authenticate`` of every backend that an ``AuthenticationMiddleware`` asks."""
    for router in project.machine.routers:
        for made in middleware(router):
            backend = made.option("backend", 0) if _authenticates(made.made) else None
            if isinstance(backend, Instance) and isinstance(backend.cls, ClassValue):
                method = classes.method(backend.cls, "authenticate")
                if method is not None:
                    yield replace(method, bound=backend)


def _authenticates(cls: Value) -> bool:
    """Whether it is Starlette's own, or the project's and does not handle requests in its way."""
    if isinstance(cls, ClassValue) and classes.method(cls, "__call__") is not None:
        return False
    return cls == External(_AUTHENTICATION) or classes.is_subclass(cls, _AUTHENTICATION)


def route_handlers(project: Project) -> Iterator[tuple[FunctionValue, Route]]:
    """What a route class of the project's own has FastAPI run for each of its routes."""
    known: dict[int, tuple[FunctionValue, ...]] = {}
    for route in project.reachable_routes:
        router = route.router.value
        cls = route.entry.options.get("route_class_override", router.options.get("route_class"))
        if route.kind == "http" and isinstance(cls, ClassValue):
            if id(cls) not in known:
                known[id(cls)] = tuple(_made_by(cls, project))
            for function in known[id(cls)]:
                yield function, route


def _made_by(cls: ClassValue, project: Project) -> Iterator[FunctionValue]:
    method = classes.method(cls, "get_route_handler")
    if method is not None:
        for returned in project.machine.watch(replace(method, bound=Instance(cls))).returns:
            if isinstance(returned.value, FunctionValue):
                yield returned.value
