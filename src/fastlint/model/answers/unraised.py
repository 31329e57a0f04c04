"""HTTP exceptions that are returned where they should be raised.

A function that gives nothing but exceptions makes them for others to raise, and is not to blame;
neither is one whose callers look at what they get.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.facts.binding import Binding
from fastlint.facts.walk import last_name, names, walk
from fastlint.model.answers.escaping import suppresses
from fastlint.model.answers.suspects import suspects
from fastlint.model.calls.reach import Reached
from fastlint.model.following import classes
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, FunctionValue, Value
from fastlint.model.reading import flow
from fastlint.model.reading.enclosing import around, holds

if TYPE_CHECKING:
    from fastlint.model.project import Project

HTTP_EXCEPTION = "starlette.exceptions.HTTPException"
_BROAD = ("Exception", "BaseException")
_ANY_EXCEPTION = tuple(External(f"builtins.{name}") for name in _BROAD)
_EXAMINED = ("status_code", "detail")


class Unraised(msgspec.Struct, frozen=True, eq=False):
    """A ``return`` of an HTTP exception in a function that runs for requests."""

    reached: Reached
    node: tree.Return
    name: str
    """The exception's class."""
    is_caught: bool
    """Whether a ``try`` or a ``suppress`` around it would catch the exception if it were raised."""


def unraised(project: Project) -> Iterator[Unraised]:
    """Every exception that a handler, a dependency or a function that they call returns."""
    served = {id(each.function) for each in project.reach.served}
    for reached in _candidates(project, served):
        function = reached.function
        is_entry = not reached.trail
        if function.facts.is_generator or not _serves_http(reached):
            continue
        found = list(_returned(function, project))
        if found and (
            is_entry or not (_makes(function, project) or _is_looked_at(reached, project))
        ):
            for node, name in found:
                yield Unraised(reached, node, name, _is_caught(function, node, name, project))


def _candidates(project: Project, served: set[int]) -> Iterator[Reached]:
    """What FastAPI calls; what that calls as well, where some of it may be to blame."""
    suspect = suspects(project)
    own = {(each.function.path, each.function.facts.index) for each in project.reach.served}
    for each in project.reach.served:
        if (each.function.path, each.function.facts.index) in suspect.known:
            yield Reached(each.function, each, ())
    if suspect.naming - own:
        for reached in project.reach.reached:
            function = reached.function
            key = (function.path, function.facts.index)
            if id(function) not in served and key in suspect.naming:
                yield reached


def _serves_http(reached: Reached) -> bool:
    root = reached.root
    return root.kind in ("handler", "dependency") and any(r.kind == "http" for r in root.routes)


# --- what is returned ----------------------------------------------------------------------


def _returned(function: Function, project: Project) -> Iterator[tuple[tree.Return, str]]:
    for node in function.nodes:
        if isinstance(node, tree.Return) and node.value is not None:
            cls = _exception(node.value, function, project)
            if cls is not None:
                yield node, cls


def _exception(node: tree.Expr, function: Function, project: Project) -> str | None:
    """The class of the HTTP exception that an expression certainly is."""
    if isinstance(node, tree.Name):
        return _exception_in(node.id, function, project)
    site = function.call_at(node)
    if site is None:
        return None
    if isinstance(site.callee, FunctionValue):
        return _made(project.function(site.callee), project)
    return _name(site.callee, project)


def _exception_in(variable: str, function: Function, project: Project) -> str | None:
    """The same for a variable that is bound once: by an assignment, or by ``except … as``."""
    match function.bindings.get(variable, ()):
        case [Binding(node=tree.Handler(caught=tree.Node() as caught))] if function.value:
            return _name(evaluate(caught, function.value.closure), project)
    value = function.only_value(variable)
    if not isinstance(value, tree.Call | tree.Await):
        return None
    return _exception(value, function, project)


def _name(cls: Value, project: Project) -> str | None:
    if not classes.derives(cls, HTTP_EXCEPTION, project.machine.knowledge):
        return None
    if isinstance(cls, ClassValue):
        return cls.node.name
    return cls.name.rpartition(".")[2] if isinstance(cls, External) else None


def _made(function: Function, project: Project) -> str | None:
    """The class of the exceptions that a function makes, where it gives nothing else."""
    if function.facts.is_generator or flow.may_fall_through(function.statements):
        return None
    returned = [node for node in function.nodes if isinstance(node, tree.Return)]
    found = [_constructed(node.value, function, project) for node in returned]
    return found[0] if found and None not in found else None


def _constructed(node: tree.Expr | None, function: Function, project: Project) -> str | None:
    site = function.call_at(node)
    return None if site is None else _name(site.callee, project)


def _makes(function: Function, project: Project) -> bool:
    """Whether a function is there to make exceptions: it gives nothing else, or says so."""
    declared = function.declared_return
    if declared is not None:
        return any(
            member in _ANY_EXCEPTION or _name(member, project)
            for member in classes.members(declared)
        )
    return _made(function, project) is not None


# --- what callers do with it ---------------------------------------------------------------


def _is_looked_at(reached: Reached, project: Project) -> bool:
    """Whether a caller raises what it gets, or tests it; or whether not all callers are known."""
    function = reached.function
    for caller in project.reach.reached:
        for site in caller.function.calls:
            given = (*site.args, *site.keywords.values())
            if any(_is(value, function) for value in given):
                return True
            if _is(site.callee, function) and _looks_at(caller.function, site):
                return True
    return False


def _is(value: Value, function: Function) -> bool:
    return isinstance(value, FunctionValue) and (value.path, value.facts.index) == (
        function.path,
        function.facts.index,
    )


def _looks_at(caller: Function, site: CallSite) -> bool:
    bound: set[str] = set()
    for node in caller.nodes:
        match node:
            case tree.Assign(targets=targets, value=value) if _is_at(site, value, caller):
                bound.update(names(targets))
            case tree.Walrus(name=name, value=value) if _is_at(site, value, caller):
                bound.add(name)
            case tree.Raise(exc=exc) if _is_at(site, exc, caller):
                return True
    for node in caller.nodes:
        match node:
            case tree.Raise() | tree.Match():
                looks = not bound.isdisjoint(names([node]))
            case tree.Call(func=tree.Name(id="isinstance" | "type")):
                looks = not bound.isdisjoint(names(node.args))
            case tree.Attribute(value=tree.Name(id=name), attr=attr):
                looks = name in bound and attr in _EXAMINED
            case _:
                looks = False
        if looks:
            return True
    return False


def _is_at(site: CallSite, node: tree.Expr | None, caller: Function) -> bool:
    found = caller.call_at(node)
    return found is not None and found.span == site.span


def _is_caught(function: Function, node: tree.Return, name: str, project: Project) -> bool:
    module = project.module(function.path)
    for outer in around(module, node):
        if isinstance(outer, tree.Try) and any(holds(each, node) for each in outer.body):
            for handler in outer.handlers:
                caught = [] if handler.caught is None else [handler.caught]
                words = {last_name(n) for n in walk(caught)}
                if not caught or words & {*_BROAD, name} or any("HTTPExc" in w for w in words):
                    return True
        if isinstance(outer, tree.With) and any(suppresses(each.context) for each in outer.items):
            return True
    return False
