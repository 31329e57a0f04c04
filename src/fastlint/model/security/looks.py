"""What in a function's body could tell who is asking, and in words why that is not known.

A name that sounds like a guard's is looked behind where it is the project's own: a function that
creates a user, or makes a token, refuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name, walk
from fastlint.model.following.functions import Function, dotted
from fastlint.model.following.values import (
    ClassValue,
    Const,
    External,
    FunctionValue,
    Instance,
    Value,
)
from fastlint.model.security.guard_names import (
    is_harmless,
    only_sounds_like_one,
    refusing_statuses,
    says_guard,
    table_words,
)

if TYPE_CHECKING:
    from fastlint.model.security.guards import Guards

_DEPTH = 3
_HTTP = frozenset({"fastapi.HTTPException", "starlette.exceptions.HTTPException"})


def doubts(function: Function, guards: Guards, depth: int = _DEPTH) -> Iterator[str]:
    """What a function does that may be looking at who is asking, one sentence each.

    It is asked of functions of which no refusal (401, 403) is in sight.
    """
    plain = frozenset(map(id, filter(None, map(_plainly_read, function.nodes))))
    for node in function.nodes:
        if isinstance(node, tree.Attribute):
            if node.attr in table_words("reads") and id(node) not in plain:
                yield f"`{function.name}` reads `.{node.attr}`, which may tell who is asking"
        elif isinstance(node, tree.Call) and says_guard(last_name(node.func)):
            why = _of_call(node, function, guards, depth)
            if why:
                yield f"`{function.name}` calls `{last_name(node.func)}`{why}"


def _plainly_read(node: tree.Node) -> tree.Expr | None:
    """``request.headers`` of ``request.headers.get("accept")``: who asks is not said there."""
    match node:
        case (
            tree.Call(
                func=tree.Attribute(value=tree.Attribute(attr="headers") as read, attr="get"),
                args=[tree.Constant(value=str(name)), *_],
            )
            | tree.Subscript(
                value=tree.Attribute(attr="headers") as read, index=tree.Constant(value=str(name))
            )
        ):
            return read if name.lower() in table_words("plain_headers") else None
    return None


def _of_call(node: tree.Call, function: Function, guards: Guards, depth: int) -> str:
    """Why a call that is named like a guard may be one; empty for one that is none."""
    site = function.call_at(node)
    callee = site.callee if site is not None else None
    if site is None or callee is None:
        return ", of which nothing is known but its name"
    if isinstance(callee, ClassValue):
        return "" if _only_makes(callee, guards) else ", a class that may look at who is asking"
    if isinstance(callee, FunctionValue):
        return _of_function(callee, node, function, guards, depth)
    name = dotted(callee)
    if name is not None:
        return "" if is_harmless(name) else ", which is not the project's own"
    return ", of which nothing is known but its name"


def _of_function(
    callee: FunctionValue, node: tree.Call, function: Function, guards: Guards, depth: int
) -> str:
    called = guards.project.function(callee)
    if depth <= 0 or called.is_stub or called.value is None or called.facts.is_generator:
        return ", which was not followed"
    if guards.is_named(guards.project.reader.name(callee)) or guards.refuses(called):
        return ", which turns requests away"
    weak = only_sounds_like_one(called.name)
    if any(not (weak and is_no_refusal(raised)) for _, raised in called.watch.raises):
        return ", which raises errors"
    if not weak and _is_tested(node, function):
        return ", and tests what it gives"
    inner = next(doubts(called, guards, depth - 1), None)
    return "" if inner is None else f"; {inner}"


def _only_makes(cls: ClassValue, guards: Guards) -> bool:
    """Whether making an object of a class is all that its call does."""
    for base in cls.mro():
        if isinstance(base, External):
            if not (is_harmless(base.name) or base.name.startswith("pydantic.")):
                return False
            continue
        for name, value in base.namespace.namespace.items():
            if name == "__call__":
                return False
            if isinstance(value, FunctionValue) and guards.refuses(guards.project.function(value)):
                return False
    return cls.is_whole


def is_no_refusal(raised: Value) -> bool:
    """Whether an error is one of Python's own, or answers with a status that is no refusal."""
    cls = raised.cls if isinstance(raised, Instance) else raised
    if not isinstance(cls, External):
        return False
    if cls.name in _HTTP and isinstance(raised, Instance):
        given = raised.keywords.get("status_code", raised.args[0] if raised.args else None)
        return isinstance(given, Const) and given.value not in refusing_statuses()
    return cls.name.startswith("builtins.") and cls.name != "builtins.PermissionError"


def _is_tested(call: tree.Call, function: Function) -> bool:
    """Whether something depends on what a call gives: it, or its name, stands in a condition."""
    names: set[str] = set()
    for node in function.nodes:
        if isinstance(node, tree.Assign) and _holds(node.value, call):
            names.update(
                each.id
                for target in node.targets
                for each in walk([target])
                if isinstance(each, tree.Name)
            )
    return any(
        _holds(test, call)
        or any(isinstance(each, tree.Name) and each.id in names for each in walk([test]))
        for test in map(_test, function.nodes)
        if test is not None
    )


def _holds(within: tree.Node, call: tree.Call) -> bool:
    return any(each is call for each in walk([within]))


def _test(node: tree.Node) -> tree.Expr | None:
    match node:
        case tree.If(test=test) | tree.While(test=test) | tree.IfExp(test=test):
            return test
        case tree.Assert(test=test) | tree.Match(subject=test):
            return test
    return None
