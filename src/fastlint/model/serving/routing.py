"""What an application serves: its routers, routes and mounts, and the way to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Span
from fastlint.model.following.functions import Function
from fastlint.model.following.signatures import called, signature_of
from fastlint.model.following.values import (
    NONE,
    Attached,
    FunctionValue,
    IncludeEntry,
    MountEntry,
    RouteEntry,
    RouterValue,
    Value,
)
from fastlint.model.serving.dependencies import Dependencies, Dependency
from fastlint.model.serving.joining import joined, parameters_of
from fastlint.model.serving.metadata import Metadata, metadata
from fastlint.model.serving.parameters import Param, of_signature

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


class Router(msgspec.Struct, frozen=True, eq=False):
    """An ``APIRouter`` or ``FastAPI``, by the place where it is made."""

    id: str
    """``module:variable``"""
    value: RouterValue

    @property
    def is_app(self) -> bool:
        """Whether it is a ``FastAPI``."""
        return self.value.is_app

    @property
    def span(self) -> Span:
        """Where it is made."""
        return self.value.span


class Step(msgspec.Struct, frozen=True, eq=False):
    """One ``include_router`` or ``mount`` on the way from the app to a route."""

    span: Span
    prefix: str | None
    """What it puts in front of the path; None where that is not known."""
    router: Router
    """The router that is included."""
    parent: Router
    """The router that it is included in."""
    entry: IncludeEntry | MountEntry


class Route(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A path operation under its effective path in one app.

    A router that is included twice gives its routes twice; a router that no app is known to include
    gives its routes once, without an app.
    """

    kind: str
    """``http``, ``websocket`` or ``mount``"""
    app: Router | None
    router: Router
    """The router that the handler is registered on."""
    entry: RouteEntry
    steps: tuple[Step, ...]
    path: str | None
    """From the root of the app; None where a part of it is not known."""
    own_path: str | None
    """The path of the decorator alone."""
    handler: Function | None
    inherited: tuple[Dependency, ...]
    """The dependencies of app, includes, routers and decorator, in execution order."""
    unresolved: tuple[str, ...]
    """What of its registration could not be resolved, from the app to the decorator."""
    machine: Machine
    reader: Dependencies

    @property
    def span(self) -> Span:
        """The registration: the decorator, or the call of ``add_api_route``."""
        return self.entry.span

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods in upper case; empty for WebSockets and where they are not known."""
        return self.entry.methods or ()

    @property
    def label(self) -> str:
        """``GET /items/{id}``, as far as it is known."""
        path = (self.path or '""') if self.path is not None else f"…{self.own_path or ''}"
        if self.kind == "websocket":
            return f"WebSocket {path}"
        return f"{'|'.join(self.methods) or '?'} {path}"

    @property
    def is_async(self) -> bool:
        """Whether FastAPI awaits the handler: it, or something that it wraps, is ``async def``.

        A decorator can put an ``async def`` around a ``def``, which may then still run elsewhere.
        """
        handler = called(self.entry.handler, self.machine)
        return isinstance(handler, FunctionValue) and any(f.facts.is_async for f in handler.chain)

    def option(self, name: str) -> Value | None:
        """An option that the decorator itself was given."""
        return self.entry.options.get(name)

    @property
    def has_unknown_options(self) -> bool:
        """Whether the decorator was given ``**kwargs`` of unknown content."""
        return self.entry.open

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """What could not be resolved; empty for a route that is wholly understood."""
        of_dependencies = (
            f"the dependency `{each.name}`: {reason}" if each.name != "?" else reason
            for each in self.all_dependencies
            for reason in each.unknown
        )
        return tuple(dict.fromkeys((*self.unresolved, *of_dependencies)))

    @cached_property
    def path_names(self) -> frozenset[str] | None:
        """The names in braces of the whole path; None where the path is not known."""
        return parameters_of(self.path)

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """The parameters of the handler, as FastAPI reads them."""
        if self.handler is None or self.handler.value is None:
            return ()
        signature = signature_of(self.entry.handler, self.machine)
        return of_signature(signature, self.path_names, self.machine)

    @cached_property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The dependencies at the top: inherited ones, then those of the signature."""
        return (*self.inherited, *self.reader.of_params(self.params, self.path_names))

    @cached_property
    def all_dependencies(self) -> tuple[Dependency, ...]:
        """Every dependency, however deep, in execution order."""
        return tuple(d for top in self.dependencies for d in top.all)

    @property
    def all_params(self) -> Iterator[Param]:
        """The handler's parameters and those of every dependency."""
        yield from self.params
        for dependency in self.all_dependencies:
            yield from dependency.params

    @property
    def signatures(self) -> Iterator[tuple[Function, Dependency | None, Param]]:
        """The parameters that stand in signatures, each with the function that asks for it.

        The dependency is None for the handler itself.
        """
        if self.handler is not None:
            for param in self.params:
                if not param.implied:
                    yield self.handler, None, param
        for dependency in self.all_dependencies:
            if dependency.function is not None:
                for param in dependency.params:
                    if not param.implied:
                        yield dependency.function, dependency, param

    @property
    def is_conditional(self) -> bool:
        """Whether the registration, or an include or mount on the way, stands in a branch."""
        return self.entry.conditional or any(step.entry.conditional for step in self.steps)

    def status_code(self) -> Value | None:
        """The ``status_code`` of the decorator, as given."""
        return self.option("status_code")

    @cached_property
    def metadata(self) -> Metadata:
        """Tags, response model, status code and all else that FastAPI knows of the route."""
        return metadata(self)


class Mount(msgspec.Struct, frozen=True, eq=False):
    """What is served without FastAPI's injection: an ASGI app, files, a route of Starlette's."""

    app: Router | None
    router: Router
    entry: MountEntry
    steps: tuple[Step, ...]
    path: str | None
    """From the root of the app; None where a part of it is not known."""
    unknown: tuple[str, ...]
    leads_to: Router | None
    """The app or router that is mounted, where it is the project's: its routes come next."""

    @property
    def routers(self) -> tuple[Router, ...]:
        """From the outermost to the one that it is registered on."""
        return (outermost(self), *(step.router for step in self.steps))


Served = Route | Mount
"""One thing that answers requests."""


def outermost(served: Served) -> Router:
    """The app, or the router that no app is known to include, on the way from which it stands."""
    return served.steps[0].parent if served.steps else served.router


def since_mount(served: Served) -> tuple[Step, ...]:
    """The includes between the app that has it in its own order, and the route or mount itself."""
    mounts = [n for n, step in enumerate(served.steps) if isinstance(step.entry, MountEntry)]
    return served.steps[mounts[-1] + 1 :] if mounts else served.steps


def path_inside(served: Served) -> str | None:
    """The path from the root of the app that has it in its own order; None where not known."""
    parts: list[Value] = []
    for step in since_mount(served):
        if isinstance(step.entry, IncludeEntry):
            if step.entry.open:
                return None
            parts += (step.entry.prefix, step.entry.options.get("prefix", NONE))
    if isinstance(served, Route):
        parts.append(served.entry.prefix)
    path, _ = joined("", *parts, served.entry.path)
    return path


def attached(values: Iterable[RouterValue]) -> Iterator[tuple[RouterValue, Attached]]:
    """Everything that apps and routers run besides their routes."""
    for value in values:
        for item in value.attached:
            yield value, item
