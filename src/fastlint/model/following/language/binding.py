"""What the parameters of a call are bound to, and what the call has to do with the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.model.following import classes
from fastlint.model.following.values import (
    FunctionValue,
    Instance,
    Items,
    LambdaValue,
    Mapping,
    Registrar,
    RouterMethod,
    RouterValue,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine


_OF_THE_APP = (RouterValue, RouterMethod, Registrar)


def builds(machine: Machine, function: FunctionValue, given: Sequence[Value]) -> bool:
    """Whether the call has to do with the app: it is handed a part of it, or makes one."""
    if any(isinstance(v, _OF_THE_APP) or _holds_it(v) for v in given):
        return True
    words = machine.builders
    return classes.makes_routers(function) or bool(
        words and search.mentions(function.facts, *words)
    )


def _holds_it(value: Value) -> bool:
    """Whether an object was given a part of the app to keep: ``Registry(app).register_all()``."""
    return isinstance(value, Instance) and any(
        isinstance(each, _OF_THE_APP) for each in value.attributes.values()
    )


def bind(
    function: FunctionValue | LambdaValue, args: Sequence[Value], keywords: dict[str, Value]
) -> dict[str, Value]:
    """The parameters of a call, bound as Python binds them; what is missing has its default."""
    params = (function.node if isinstance(function, LambdaValue) else function.facts).params
    bound: dict[str, Value] = {}
    rest = list(args)
    spare = dict(keywords)
    is_open = spare.pop("**", None) is not None
    for param in params:
        if param.kind == "*args":
            bound[param.name] = Items("tuple", rest)
            rest = []
        elif param.kind == "**kwargs":
            bound[param.name] = Mapping(spare, is_open)
            spare = {}
        elif param.kind != "keyword-only" and rest:
            bound[param.name] = rest.pop(0)
        elif param.name in spare:
            bound[param.name] = spare.pop(param.name)
        elif param.default is not None and not is_open:
            bound[param.name] = _default(function, param.name, param.default)
        else:
            bound[param.name] = Unknown(f"what is given for `{param.name}` is not known")
    return bound


def _default(function: FunctionValue | LambdaValue, name: str, node: tree.Expr) -> Value:
    """The value of a default; of a list or dictionary there is one for all calls."""
    if name in function.kept:
        return function.kept[name]
    value = function.scope.machine.evaluate(node, function.scope)
    if isinstance(value, Items | Mapping):
        function.kept[name] = value
    return value
