"""What a route class of the project's own makes of a route before FastAPI stores it.

Followed from fastapi 0.165, ``routing.py`` (`APIRouter.add_api_route`): the class is called with
the router's prefix and the path as one text, then the handler, and all options by keyword.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.following.classes import as_text
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Items,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_MADE = "APIRoute.__init__"
_UNKNOWN = Unknown("the route class has an `__init__` of its own")


def apply(
    machine: Machine, router: RouterValue, before: int, node: tree.Node, frame: Frame
) -> None:
    """Let the route class have its way with what was registered since there were ``before``."""
    for entry in router.entries[before:]:
        if isinstance(entry, RouteEntry) and entry.kind == "http":
            cls = entry.options.get("route_class_override", router.options.get("route_class"))
            init = _init(cls) if isinstance(cls, ClassValue) else None
            if init is not None and isinstance(cls, ClassValue):
                _made(machine, entry, replace(init, bound=Instance(cls)), node, frame)


def _init(cls: ClassValue) -> FunctionValue | None:
    for base in cls.mro():
        if isinstance(base, ClassValue):
            init = base.namespace.namespace.get("__init__")
            if isinstance(init, FunctionValue):
                return init
    return None


def _made(
    machine: Machine, entry: RouteEntry, init: FunctionValue, node: tree.Node, frame: Frame
) -> None:
    prefix, path = ("" if entry.prefix == NONE else as_text(entry.prefix)), as_text(entry.path)
    whole: Value = _UNKNOWN if prefix is None or path is None else Const(prefix + path)
    options = dict(entry.options)
    if entry.methods is not None:
        options["methods"] = Items("list", [Const(method) for method in entry.methods])
    machine.call(init, [whole, entry.handler], options, node, frame)
    made = init.bound
    given = made.attributes.get(_MADE) if isinstance(made, Instance) else None
    entry.prefix = NONE
    entry.path = _UNKNOWN
    if isinstance(given, Instance):
        args, keywords = list(given.args), given.keywords
        entry.path = args.pop(0) if args else keywords.get("path", _UNKNOWN)
        entry.handler = args.pop(0) if args else keywords.get("endpoint", entry.handler)


def note(made: Instance, args: list[Value], keywords: dict[str, Value]) -> None:
    """``super().__init__(path, endpoint, …)`` in a route class."""
    made.attributes[_MADE] = Instance(made.cls, args=tuple(args), keywords=keywords)
