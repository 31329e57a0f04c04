"""What a path operation answers with: its response model, its response class, what it returns.

Followed from fastapi 0.165, ``routing.py`` (`_populate_api_route_state`, `_RouterIncludeContext`):
``response_model=`` beats the return annotation, even where it is None; of the response classes the
one that is named nearest to the handler wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.following import classes
from fastlint.model.following.values import (
    NONE,
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Mapping,
    Registrar,
    Unknown,
    Value,
)
from fastlint.model.serving.metadata import declared_model, layers, nearest
from fastlint.model.serving.returned import is_content

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine
    from fastlint.model.knowledge import Knowledge
    from fastlint.model.serving.routing import Route

JSON_RESPONSE = "starlette.responses.JSONResponse"
_NO_BODY = (204, 205, 304)
_FIRST_WITH_BODY = 200


class ResponseModel(msgspec.Struct, frozen=True, eq=False):
    """What decides the answer of a path operation, as far as it is declared."""

    declared: Value | None
    """The type that the answer is validated, filtered and documented by; None where none is."""
    source: str | None
    """``option`` (``response_model=``), ``annotation``, or None where nothing is said."""
    response_class: Value | None
    """The nearest ``response_class`` or ``default_response_class``; None for FastAPI's own."""
    is_json: bool | None
    """Whether that class sends JSON; None where it is not known."""
    in_schema: bool | None
    """Whether the operation is documented; None where it is not known."""
    has_body: bool | None
    """Whether the status code allows a body; None where it is not known."""


def response_model(route: Route) -> ResponseModel:
    """What is declared of the answer of ``route``."""
    model = declared_model(route)
    outwards = tuple(layers(route))
    response_class = nearest(outwards, "response_class")
    return ResponseModel(
        model.declared or model.stream_item,
        model.source,
        response_class,
        True if response_class is None else _sends_json(response_class, route.machine.knowledge),
        _all_true(layer.get("include_in_schema") for layer in outwards),
        _has_body(route.status_code()),
    )


def _sends_json(response_class: Value, knowledge: Knowledge) -> bool | None:
    if not isinstance(response_class, External | ClassValue):
        return None
    return classes.derives(response_class, JSON_RESPONSE, knowledge)


def _all_true(values: Iterable[Value | None]) -> bool | None:
    given = [value.value if isinstance(value, Const) else None for value in values if value]
    if any(value is False for value in given):
        return False
    return None if None in given else True


def _has_body(status: Value | None) -> bool | None:
    if status is None or status == NONE:
        return True
    if isinstance(status, Const) and isinstance(status.value, int):
        return status.value >= _FIRST_WITH_BODY and status.value not in _NO_BODY
    return None


def answers_undeclared(route: Route) -> bool:
    """Whether FastAPI makes JSON of whatever the handler returns, with nothing said about it."""
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return False
    answer = response_model(route)
    return (
        answer.source is None
        and bool(answer.is_json and answer.in_schema and answer.has_body)
        and not _is_described(route)
        and not may_be_replaced(route.entry.handler, route.machine)
    )


def _is_described(route: Route) -> bool:
    """Whether ``responses=`` says what the successful answer looks like, or may say it."""
    given = route.option("responses")
    if given is None or given == NONE:
        return False
    if not isinstance(given, Mapping):
        return True
    return given.open or any(
        _describes(answer) for key, answer in given.items.items() if key[:1] in ("2", "d")
    )


def _describes(answer: Value) -> bool:
    """Whether one of ``responses=`` gives a model or content, or may give it."""
    if not isinstance(answer, Mapping):
        return True
    return answer.open or not {"model", "content"}.isdisjoint(answer.items)


# --- decorators ----------------------------------------------------------------------------


def may_be_replaced(handler: Value, machine: Machine) -> bool:
    """Whether a decorator of the handler may turn what it returns into something else."""
    while isinstance(handler, FunctionValue):
        if not all(_keeps_result(by, machine.knowledge) for by in handler.decorators):
            return True
        if handler.wraps is None:
            return False
        returns = machine.watch(handler).returns
        if not any(isinstance(each.value, Unknown) or is_content(each) for each in returns):
            return True
        handler = handler.wraps
    return True


def _keeps_result(by: Value, knowledge: Knowledge) -> bool:
    if isinstance(by, Registrar | FunctionValue):
        return True
    made = by.cls if isinstance(by, Instance) else by
    return isinstance(made, External) and made.name.removesuffix("()") in knowledge.keep_result
