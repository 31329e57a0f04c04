"""Generators of dependencies that are taken for what they yield: ``db = get_db()``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import search, tree
from fastlint.findings import Span
from fastlint.model.calls.sessions import kind
from fastlint.model.following.classes import members, method
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, FunctionValue, Instance
from fastlint.model.lifetimes.fates import filled
from fastlint.model.reading.upwards import Upwards

if TYPE_CHECKING:
    from fastlint.model.project import Project

_OF_GENERATORS = frozenset(
    {"send", "throw", "close", "asend", "athrow", "aclose"}
    | {f"{kind}_{what}" for kind in ("gi", "ag") for what in ("code", "frame", "running")}
)
"""What a generator has itself; names with two underscores at both ends are left alone, too."""


class Unplayed(msgspec.Struct, frozen=True, eq=False):
    """A call of a dependency, whose generator nobody runs."""

    span: Span
    dependency: Function


def unplayed(project: Project) -> Iterator[Unplayed]:
    """Calls of generator dependencies of which the generator is used like what it yields.

    What a decorator makes of a function may be anything, such as a context manager.
    """
    generators = {
        (each.function.path, each.function.facts.index): each.function
        for each in project.declared
        if each.function.facts.is_generator and not each.function.facts.decorators
    }
    called = tuple({search.spelled(each.name) for each in generators.values()})
    for reached in project.reach.reached if called else ():
        holder = reached.function
        if not search.mentions(holder.facts, *called):
            continue
        if project.module(holder.path).is_test:
            continue
        body: Upwards | None = None
        for site in holder.calls:
            callee = site.callee
            if not isinstance(callee, FunctionValue) or callee.decorators:
                continue
            dependency = generators.get((callee.path, callee.facts.index))
            if dependency is None:
                continue
            body = body or Upwards(holder)
            node = body.call(site.node)
            if node is not None and _is_taken_for_value(node, body, project):
                yield Unplayed(site.span, dependency)


def _is_taken_for_value(call: tree.Call, body: Upwards, project: Project) -> bool:
    """Whether what is done with a generator is certain to fail."""
    match body.above(call):
        case tree.Assign(targets=[tree.Name(id=name)]) | tree.AnnAssign(target=tree.Name(id=name)):
            uses = [n for n in body.nodes if isinstance(n, tree.Name) and n.id == name]
            read = [each for each in uses if not body.is_target(each)]
            if len(uses) - len(read) != 1 or body.is_shared(name):
                return False
            return any(_fails(each, body, project) for each in read)
    return _fails(call, body, project)


def _fails(node: tree.Expr, body: Upwards, project: Project) -> bool:
    """Whether this use of a generator fails: it has no ``execute``, no ``with`` can enter it."""
    parent = body.above(node)
    match parent:
        case tree.Await():
            return True
        case tree.WithItem(context=context):
            return context is node
        case tree.Attribute(attr=attr):
            return attr not in _OF_GENERATORS and not attr.startswith("__")
        case tree.Call() if parent.func is not node:
            return _is_wanted_open(parent, node, body, project)
        case tree.Keyword():
            above = body.above(parent)
            return isinstance(above, tree.Call) and _is_wanted_open(above, parent, body, project)
    return False


def _is_wanted_open(call: tree.Call, given: tree.Node, body: Upwards, project: Project) -> bool:
    """Whether the call goes to the project's code, which declares a session or connection there."""
    site = body.function.call_at(call)
    callee = None if site is None else _entered(site)
    if callee is None:
        return False
    skipped = callee.bound is not None or isinstance(site and site.callee, ClassValue)
    param = filled(callee.facts.params[skipped:], call, given)
    if param is None or param.annotation is None:
        return False
    declared = members(project.machine.evaluate(param.annotation, callee.scope))
    return all(
        isinstance(each, ClassValue | External)
        and kind(Instance(cls=each), project.knowledge) is not None
        for each in declared
    )


def _entered(site: CallSite) -> FunctionValue | None:
    """The function that a call runs first: for a class its ``__init__``."""
    if isinstance(site.callee, ClassValue):
        return method(site.callee, "__init__")
    return site.callee if isinstance(site.callee, FunctionValue) else None
