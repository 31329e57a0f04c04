"""What FastAPI knows of a route besides its path, handler and dependencies.

Followed from fastapi 0.165, ``routing.py``: `APIRouter.add_api_route` joins what the router and the
decorator say, `_RouterIncludeContext` what every include on the way adds, and
`_populate_api_route_state` works out the rest. Lists are joined from the app inwards, of classes
and functions the one that is named nearest to the handler wins, and a mounted app inherits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from fastlint.model.following import classes
from fastlint.model.following.objects import texts
from fastlint.model.following.values import (
    NONE,
    UNKNOWN,
    Const,
    External,
    Instance,
    Items,
    Mapping,
    MountEntry,
    RouterValue,
    Subscripted,
    UnionType,
    Unknown,
    Value,
)
from fastlint.model.serving.returned import RESPONSE

if TYPE_CHECKING:
    from fastlint.model.knowledge import Knowledge
    from fastlint.model.serving.routing import Route

_FASTAPIS_OWN = "fastapi.datastructures.Default()"
_STREAMS = frozenset({"Iterable", "Iterator", "Generator"})
_STREAM_MODULES = ("typing", "collections.abc")
_WEB = ("fastapi", "starlette", "sse_starlette")
_SSE = "fastapi.sse.EventSourceResponse"
_SSE_EVENT = "fastapi.sse.ServerSentEvent"


class Layer(NamedTuple):
    """One place where an option of a route can be given."""

    kind: str
    """``route`` (the decorator), ``router``, ``include`` or ``app``"""
    options: dict[str, Value]
    open: bool
    """There may be options that are not known."""

    def get(self, name: str) -> Value | None:
        """The option; None where it is certainly not given."""
        given = self.options.get(name)
        return UNKNOWN if given is None and self.open else given


class DeclaredModel(msgspec.Struct, frozen=True, eq=False):
    """The type that an answer is validated, filtered and documented by."""

    declared: Value | None
    """None where there is none; `Unknown` where it cannot be told."""
    source: str | None
    """``option`` (``response_model=``), ``annotation``, or None where nothing is said."""
    stream_item: Value | None = None
    """The type of what a generator streams piece by piece (JSON Lines, server-sent events)."""


class Metadata(msgspec.Struct, frozen=True, eq=False):
    """What is known of a route. What is not known is named in ``unknown``, by field."""

    tags: tuple[str, ...]
    """From the outermost include to the decorator, not de-duplicated, as FastAPI documents them."""
    responses: dict[str, Value]
    """What ``responses=`` says, by status code; the innermost wins."""
    deprecated: bool
    include_in_schema: bool
    status_code: int | None
    """As given; None where FastAPI leaves it to the response class, which mostly means 200."""
    response_class: Value | None
    """The nearest that is named; None for FastAPI's own JSON."""
    response_model: DeclaredModel
    name: str | None
    """What ``url_for`` calls it."""
    summary: str | None
    operation_id: str | None
    """As given with the decorator."""
    unknown: dict[str, str]
    """Which of these fields could not be resolved, and why."""


def metadata(route: Route) -> Metadata:
    """The metadata of ``route``, with its reasons where something is not known."""
    unknown: dict[str, str] = {}
    outwards = tuple(layers(route))
    inwards = outwards[::-1]
    name = _text(route, "name", unknown)
    if name is None and "name" not in unknown and route.handler is not None:
        name = route.handler.name
    return Metadata(
        _tags(inwards, unknown),
        _responses(inwards, unknown),
        _switch(inwards, "deprecated", unknown, decisive=True),
        _switch(inwards, "include_in_schema", unknown, decisive=False),
        _status_code(outwards[0].get("status_code"), unknown),
        nearest(outwards, "response_class"),
        declared_model(route),
        name,
        _text(route, "summary", unknown),
        _text(route, "operation_id", unknown),
        unknown,
    )


def layers(route: Route) -> Iterator[Layer]:
    """Where options of ``route`` can be given, from the decorator outwards."""
    yield Layer("route", route.entry.options, route.entry.open)
    value, entry = route.router.value, route.entry
    yield _of_router(value, entry.inherited)
    for step in route.steps[::-1]:
        if isinstance(step.entry, MountEntry):
            return
        yield Layer("include", step.entry.options, step.entry.open)
        yield _of_router(step.parent.value, step.entry.inherited)


def _of_router(value: RouterValue, inherited: dict[str, Value]) -> Layer:
    """What the router gave when the route, or the include, was added to it."""
    return Layer("app" if value.is_app else "router", inherited, value.open or value.phantom)


def nearest(outwards: tuple[Layer, ...], name: str) -> Value | None:
    """What is given for a class or function, nearest to the handler; None for FastAPI's own.

    Routers and includes give ``default_response_class`` for what the decorator calls
    ``response_class``.
    """
    for layer in outwards:
        inherited = layer.kind != "route" and name == "response_class"
        given = layer.get(f"default_{name}" if inherited else name)
        if given is not None and not _is_default(given):
            return given
    return None


def declared_model(route: Route) -> DeclaredModel:
    """``response_model=``, even where it is None, else the return annotation by FastAPI's rules."""
    if route.kind != "http":
        return DeclaredModel(None, None)
    given = route.option("response_model")
    if given is None and route.has_unknown_options:
        given = UNKNOWN
    if given is not None and not _is_default(given):
        return DeclaredModel(None if _is_false(given) else given, "option")
    handler = route.handler
    annotation = None if handler is None else handler.declared_return
    if handler is None or annotation is None or hides_return(route):
        return DeclaredModel(None, None)
    if annotation == NONE or _is_response(annotation, route.machine.knowledge):
        return DeclaredModel(None, "annotation")
    if isinstance(annotation, UnionType) and any(
        classes.derives(member, RESPONSE, route.machine.knowledge) for member in annotation.members
    ):
        refused = Unknown("FastAPI refuses to start with a response class in a union")
        return DeclaredModel(refused, "annotation")
    if handler.facts.is_generator and (item := _stream_item(annotation)) is not None:
        own = nearest(tuple(layers(route))[:2], "response_class")
        streams = own is None or classes.derives(own, _SSE, route.machine.knowledge)
        is_event = classes.derives(item, _SSE_EVENT, route.machine.knowledge)
        return DeclaredModel(None, "annotation", item if streams and not is_event else None)
    return DeclaredModel(annotation, "annotation")


def hides_return(route: Route) -> str | None:
    """The name of a decorator that keeps the handler's return annotation from FastAPI."""
    value = route.handler.value if route.handler else None
    for by in value.decorators if value else ():
        called = by.cls.name if isinstance(by, Instance) and isinstance(by.cls, External) else ""
        if called.removesuffix("()") in route.machine.knowledge.hide_return:
            return called.removesuffix("()").rpartition(".")[2]
    return None


def _is_response(annotation: Value, knowledge: Knowledge) -> bool:
    """A class of answers; a library's own is known by its name and by where it comes from.

    Of others FastAPI could only make a model: it does not start with anything else.
    """
    if classes.derives(annotation, RESPONSE, knowledge):
        return True
    annotation = classes.without_markers(annotation)
    if not isinstance(annotation, External) or not annotation.name.endswith("Response"):
        return False
    return not {"response", "responses", *_WEB}.isdisjoint(annotation.name.lower().split("."))


def _stream_item(annotation: Value) -> Value | None:
    """``T`` of ``AsyncIterator[T]`` and its like (``get_stream_item_type``)."""
    match annotation:
        case Subscripted(origin=External(name=name), args=(item, *_)) if _is_stream(name):
            return item
        case External(name=name) if name.startswith("typing.") and _is_stream(name):
            return External("typing.Any")  # only those of `typing` have an origin when bare
    return None


def _is_stream(name: str) -> bool:
    module, _, last = name.rpartition(".")
    return module in _STREAM_MODULES and last.removeprefix("Async") in _STREAMS


def _tags(inwards: tuple[Layer, ...], unknown: dict[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for layer in inwards:
        if layer.kind == "app":  # FastAPI itself takes no `tags`
            continue
        given = layer.get("tags")
        if given is None or given == NONE:
            continue
        if not isinstance(given, Items):
            unknown["tags"] = _reason(given, f"`tags=` of the {layer.kind}")
            continue
        texts = [tag(item) for item in given.items]
        if given.open or None in texts:
            unknown["tags"] = _reason(None, f"some of `tags=` of the {layer.kind}")
        found.extend(text for text in texts if text is not None)
    return tuple(found)


def tag(value: Value) -> str | None:
    """A text, or what a member of an enumeration stands for."""
    if isinstance(value, Instance):
        value = value.attributes.get("value", value)
    return str(value.value) if isinstance(value, Const) and isinstance(value.value, str) else None


def _responses(inwards: tuple[Layer, ...], unknown: dict[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for layer in inwards:
        given = layer.get("responses")
        if given is None or given == NONE:
            continue
        if isinstance(given, Mapping):
            found.update(given.items)
        if not isinstance(given, Mapping) or given.open:
            unknown["responses"] = _reason(given, f"`responses=` of the {layer.kind}")
    return found


def _switch(
    inwards: tuple[Layer, ...], name: str, unknown: dict[str, str], *, decisive: bool
) -> bool:
    """An option that takes effect as soon as it has the decisive value on any level."""
    for layer in inwards:
        given = layer.get(name)
        if given is None or given == NONE:
            continue
        if not isinstance(given, Const):
            unknown[name] = _reason(given, f"`{name}=` of the {layer.kind}")
        elif bool(given.value) is decisive:
            unknown.pop(name, None)
            return decisive
    return not decisive


def _status_code(given: Value | None, unknown: dict[str, str]) -> int | None:
    if given is None or given == NONE:
        return None
    if isinstance(given, Instance):  # a member of an enumeration
        given = given.attributes.get("value", given)
    if isinstance(given, Const) and isinstance(given.value, int):
        return given.value
    unknown["status_code"] = _reason(given, "`status_code=`")
    return None


def _text(route: Route, name: str, unknown: dict[str, str]) -> str | None:
    given = route.option(name)
    if given is None and route.has_unknown_options:
        given = UNKNOWN
    if given is None or given == NONE:
        return None
    text = texts.as_text(given)
    if text is None:
        unknown[name] = _reason(given, f"`{name}=`")
    return text


def _is_default(value: Value) -> bool:
    """``Default(…)``, by which FastAPI marks that nothing was given."""
    return isinstance(value, Instance) and value.cls == External(_FASTAPIS_OWN)


def _is_false(value: Value) -> bool:
    return isinstance(value, Const) and not value.value


def _reason(value: Value | None, what: str) -> str:
    why = value.reason if isinstance(value, Unknown) else ""
    return f"{what} is not known{f': {why}' if why else ''}"
