"""Untyped bodies of which the code makes a model itself, and what clients are told of errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name
from fastlint.model.answers.handled import INVALID, is_answered, is_stopped, stops
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, FunctionValue
from fastlint.model.serving.bodies import is_all_of

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.routing import Route

_VALIDATING = frozenset({"model_validate", "parse_obj"})
_ADAPTERS = frozenset({"validate_python", "parse_obj_as"})


class MadeModel(msgspec.Struct, frozen=True, eq=False):
    """A call that makes a model of all that a body holds: ``Order(**body)``."""

    call: tree.Call
    model: str
    """The name of the class; empty for what an adapter makes."""
    is_answered: bool
    """Whether what the model refuses may be answered with something else than 500."""


def made_models(
    function: Function, name: str, route: Route, project: Project
) -> tuple[MadeModel, ...]:
    """The models that a function makes of its parameter, or of each item of it."""
    found = list(_calls(function, name, project))
    if not found:
        return ()
    answered = is_answered(INVALID, project, route.app) or _is_wrapped(function, route, project)
    return tuple(
        MadeModel(call, model, answered or is_stopped(call, function, INVALID, project))
        for call, model in found
    )


def _calls(function: Function, name: str, project: Project) -> Iterator[tuple[tree.Call, str]]:
    known = {name, *_items(function, name)}
    frame = project.machine.run_module(function.path)
    for node in function.nodes:
        if not isinstance(node, tree.Call):
            continue
        if not any(is_all_of(given, each) for given in handed(node) for each in known):
            continue
        func = node.func
        if isinstance(func, tree.Attribute) and func.attr in _VALIDATING:
            func = func.value
        made = evaluate(func, frame)
        schema = project.schema(made) if isinstance(made, ClassValue) else None
        if schema is not None and schema.kind == "pydantic":  # tables are not validated
            yield node, schema.name
        elif last_name(node.func) in _ADAPTERS:
            yield node, ""


def _items(function: Function, name: str) -> Iterator[str]:
    """What the items of the parameter are called: ``for item in body``."""
    for node in function.nodes:
        match node:
            case tree.For(target=tree.Name(id=item), iterable=tree.Name(id=read)) if read == name:
                yield item
            case tree.Clause(target=tree.Name(id=item), iterable=tree.Name(id=read)) if (
                read == name
            ):
                yield item


def _is_wrapped(function: Function, route: Route, project: Project) -> bool:
    """Whether a decorator puts a ``try`` around the handler that takes what a model refuses."""
    handler = route.entry.handler
    if not isinstance(handler, FunctionValue) or function is not route.handler:
        return False
    wrappers = (project.function(each) for each in handler.chain if each.wraps is not None)
    return any(
        isinstance(node, tree.Handler) and stops(node, wrapper, INVALID, project)
        for wrapper in wrappers
        for node in wrapper.nodes
    )
