"""Request bodies without a shape: what is declared of them, and what the code knows of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import handed, last_name
from fastlint.model.following import classes
from fastlint.model.following.values import NONE, External, ParamMarker, Subscripted, Value
from fastlint.model.reading.words import words
from fastlint.model.serving.parameters import Param, is_collection, is_mapping

if TYPE_CHECKING:
    from fastlint.model.following.functions import Function
    from fastlint.model.serving.routing import Route

_ANYTHING = frozenset({"typing.Any", "builtins.object"})
_COPIES = frozenset({"dict", "dumps", "jsonable_encoder", "deepcopy"})
_SIGNED = re.compile(r"signature|hmac|webhook", re.IGNORECASE)
_JUDGING = frozenset({"validate", "validation", "validator", "check", "verify"})
_RAW = frozenset({"body", "stream"})


def is_untyped(param: Param) -> bool:
    """Whether nothing is declared of what the body holds: ``dict``, ``list[dict]``, ``Any``."""
    if not param.has_annotation:
        return param.marker is not None
    return _is_untyped(param.declared, bare=False)


def is_bare(param: Param) -> bool:
    """Whether not even the outer shape is said: ``dict`` or ``Any``, not ``dict[str, Any]``."""
    return param.has_annotation and _is_untyped(param.declared, bare=True)


def is_free(param: Param) -> bool:
    """Whether it says that anything is welcome: ``Annotated[dict[str, Any], Body()]``.

    Of a bare ``dict`` the marker has to describe what it holds.
    """
    if not isinstance(param.marker, ParamMarker) or not param.has_annotation:
        return False
    return not is_bare(param) or "description" in param.marker.keywords


def _is_untyped(declared: Value, *, bare: bool) -> bool:
    members = [member for member in classes.members(declared) if member != NONE]
    return bool(members) and all(_is_untyped_member(member, bare=bare) for member in members)


def _is_untyped_member(value: Value, *, bare: bool) -> bool:
    if isinstance(value, Subscripted):
        if not is_collection(value) or not value.args:
            return False
        if is_mapping(value):
            return not bare and _is_untyped(value.args[-1], bare=False)
        return all(_is_untyped(arg, bare=bare) for arg in value.args)
    if not isinstance(value, External):
        return False
    return is_collection(value) or value.name in _ANYTHING


def keys_read(function: Function, name: str) -> tuple[str, ...]:
    """The keys that a function reads from its parameter ``name``: ``item["price"]``."""
    return tuple(dict.fromkeys(_keys(function, name)))


def _keys(function: Function, name: str) -> Iterator[str]:
    nodes = function.nodes
    dropped = {id(node.value) for node in nodes if isinstance(node, tree.ExprStmt)}
    for node in nodes:
        if id(node) in dropped:  # `body.pop("id", None)` takes it out, unread
            continue
        match node:
            case tree.Subscript(
                value=tree.Name(id=read), index=tree.Constant(value=str(key), kind="")
            ) if read == name:
                yield key
            case tree.Call(
                func=tree.Attribute(value=tree.Name(id=read), attr="get" | "pop"),
                args=[tree.Constant(value=str(key), kind=""), *_],
            ) if read == name:
                yield key


def is_judged_by_hand(function: Function, name: str, but_for: Collection[tree.Call] = ()) -> bool:
    """Whether the function hands its parameter to one that judges it: ``validate_order(body)``."""
    return any(
        isinstance(node, tree.Call)
        and not any(node is each for each in but_for)
        and not _JUDGING.isdisjoint(words(last_name(node.func)))
        and any(is_all_of(given, name) for given in handed(node))
        for node in function.nodes
    )


def is_left_unread(function: Function, name: str) -> bool:
    """Whether nothing is done with the parameter, as where an old path only refuses."""
    nodes = function.nodes
    inner = any(isinstance(n, tree.FunctionDef | tree.ClassDef | tree.Lambda) for n in nodes)
    return not inner and not any(isinstance(n, tree.Name) and n.id == name for n in nodes)


def is_all_of(node: tree.Expr | None, name: str) -> bool:
    """Whether an expression is the variable, a copy of it (``{**body}``), or its text."""
    match node:
        case tree.Name(id=read):
            return read == name
        case tree.DictDisplay(keys=[None], values=[inner]):
            return is_all_of(inner, name)
        case tree.Call(func=func, args=[inner], keywords=[]):
            last = last_name(func)
            return last in _COPIES and is_all_of(inner, name)
        case tree.Call(func=tree.Attribute(value=inner, attr="encode" | "copy"), args=[]):
            return is_all_of(inner, name)
    return False


def is_webhook(route: Route) -> bool:
    """Whether the sender decides what the body looks like: it is signed, or also read raw."""
    if _SIGNED.search(f"{route.path or ''} {route.handler.name if route.handler else ''}"):
        return True
    functions = {id(function): function for function, _, _ in route.signatures}
    for _, _, param in route.signatures:
        alias = getattr(param.marker, "keywords", {}).get("alias")
        if _SIGNED.search(f"{param.name} {getattr(alias, 'value', '')}"):
            return True
    return any(_reads_raw(function) for function in functions.values())


def _reads_raw(function: Function) -> bool:
    for node in function.nodes:
        match node:
            case tree.Call(func=tree.Attribute(value=tree.Name(id="request"), attr=attr)):
                if attr in _RAW:
                    return True
            case tree.Constant(value=str(text), kind="") if _SIGNED.search(text):
                return True
    return False
