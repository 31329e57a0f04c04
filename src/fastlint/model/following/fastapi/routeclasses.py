"""What a route class of the project's own makes of a route before FastAPI stores it.

Followed from fastapi 0.165, ``routing.py`` (`APIRouter.add_api_route`): the class is called with
the router's prefix and the path as one text, then the handler, and all options by keyword.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastlint.facts import search, tree
from fastlint.model.following.classes import method
from fastlint.model.following.fastapi.routelists import method_list
from fastlint.model.following.frames import Frame
from fastlint.model.following.objects.texts import as_text
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    FunctionValue,
    Instance,
    Items,
    Mapping,
    RouteEntry,
    RouterValue,
    Unknown,
    Value,
    copied,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_MADE = "APIRoute.__init__"
_LISTS = ("dependencies", "tags")
_OPTIONS = (
    *_LISTS, "methods", "status_code", "response_model", "include_in_schema", "deprecated",
    "responses", "response_class", "name", "summary", "operation_id",
)  # fmt: skip
_BRANCHES = (tree.If, tree.For, tree.While, tree.Try, tree.Match)
_UNKNOWN = Unknown("the route class has an `__init__` of its own")


def apply(
    machine: Machine, router: RouterValue, before: int, node: tree.Node, frame: Frame
) -> None:
    """Let the route class have its way with what was registered since there were ``before``."""
    for entry in router.entries[before:]:
        if isinstance(entry, RouteEntry) and entry.kind == "http":
            cls = entry.options.get("route_class_override", router.options.get("route_class"))
            init = method(cls, "__init__") if isinstance(cls, ClassValue) else None
            if init is not None and isinstance(cls, ClassValue):
                _made(machine, entry, replace(init, bound=Instance(cls)), node, frame)


def _made(
    machine: Machine, entry: RouteEntry, init: FunctionValue, node: tree.Node, frame: Frame
) -> None:
    prefix, path = ("" if entry.prefix == NONE else as_text(entry.prefix)), as_text(entry.path)
    whole: Value = _UNKNOWN if prefix is None or path is None else Const(prefix + path)
    options = dict(entry.options)
    if entry.methods is not None:
        options["methods"] = Items("list", [Const(method) for method in entry.methods])
    for name in _LISTS:
        options[name] = _joined(entry.inherited.get(name), entry.options.get(name))
    before = {name: copied(value) for name, value in options.items()}
    machine.call(init, [whole, entry.handler], dict(options), node, frame)
    made = init.bound
    given = made.attributes.get(_MADE) if isinstance(made, Instance) else None
    entry.prefix = NONE
    entry.path = _UNKNOWN
    if not isinstance(made, Instance) or not isinstance(given, Instance):
        _lose(entry)
        return
    args, keywords = list(given.args), given.keywords
    entry.path = args.pop(0) if args else keywords.get("path", _UNKNOWN)
    entry.handler = args.pop(0) if args else keywords.get("endpoint", entry.handler)
    if args or "**" in keywords:
        _lose(entry)
        return
    is_sure = not any(isinstance(s, _BRANCHES) for s in tree.statements(init.facts))
    for name in _OPTIONS:
        value, own = keywords.get(name), made.attributes.get(name)
        if own is not None and (name not in _LISTS or not _is_same(own, value)):
            _change(entry, name, _UNKNOWN)
        elif not _is_same(value, before.get(name)):
            _change(entry, name, value if is_sure else _UNKNOWN)
    if search.mentions(init.facts, b"dependant"):
        _change(entry, "dependencies", _UNKNOWN)


def _joined(outer: Value | None, inner: Value | None) -> Value:
    """What the router and the decorator say, in one list of its own."""
    given = [each for each in (outer, inner) if each is not None and each != NONE]
    if not all(isinstance(each, Items) for each in given):
        return _UNKNOWN
    lists = [each for each in given if isinstance(each, Items)]
    items = [item for each in lists for item in each.items]
    return Items("list", items, any(each.open for each in lists))


def _is_same(value: Value | None, before: Value | None) -> bool:
    if isinstance(value, Items) and isinstance(before, Items):
        return value.items == before.items and value.open == before.open
    if isinstance(value, Mapping) and isinstance(before, Mapping):
        return value.items == before.items and value.open == before.open
    return value is before or value == before


def _change(entry: RouteEntry, name: str, value: Value | None) -> None:
    """The route class gives another value for the option, or none."""
    if name == "methods":
        entry.methods = method_list(value, is_open=False)
        return
    inherited = "default_response_class" if name == "response_class" else name
    outer = entry.inherited.pop(inherited, None)
    if outer is not None and name not in _LISTS:
        value = _UNKNOWN  # what the route class was given has to do with the router
    if value is None:
        entry.options.pop(name, None)
    else:
        entry.options[name] = value


def _lose(entry: RouteEntry) -> None:
    """Nobody knows what the route class passes on."""
    entry.open = True
    for name in _OPTIONS:
        _change(entry, name, _UNKNOWN)


def note(made: Instance, args: list[Value], keywords: dict[str, Value]) -> None:
    """``super().__init__(path, endpoint, …)`` in a route class."""
    if _MADE in made.attributes:  # in one of two branches
        keywords = {**keywords, "**": _UNKNOWN}
    for name in _LISTS:
        if isinstance(given := keywords.get(name), Items):
            made.attributes[name] = copied(given)
    made.attributes[_MADE] = Instance(made.cls, args=tuple(args), keywords=keywords)
