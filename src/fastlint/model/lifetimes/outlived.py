"""Tasks that outlive the request for which a session was opened, and go on with it.

FastAPI ends generator dependencies with the request that they were asked for; ``create_task`` lets
a coroutine go on meanwhile, and afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import handed, place
from fastlint.model.calls.blocking import own_name
from fastlint.model.calls.loose_tasks import STARTS
from fastlint.model.following.functions import Function
from fastlint.model.lifetimes.tasks import Closed
from fastlint.model.reading.upwards import Upwards
from fastlint.model.serving.outside import cleans_up

if TYPE_CHECKING:
    from fastlint.model.project import Project

_WORDS = (b"create_task", b"ensure_future")
_KEEPS = frozenset({"add", "append"})


def outlived(project: Project) -> Iterator[Closed]:
    """Values of generator dependencies in coroutines that handlers start and leave alone."""
    for route in project.routes:
        handler = route.handler
        if handler is None or not search.mentions(handler.facts, *_WORDS):
            continue
        opened = {
            dependency.parameter: dependency
            for dependency in route.dependencies
            if dependency.function is not None and _closes(dependency.function, project)
        }
        if not opened:
            continue
        up = Upwards(handler)
        for site in handler.calls:
            if own_name(site.callee) not in STARTS:
                continue
            call = up.call(site.node)
            coroutine = call.args[0] if call is not None and call.args else None
            if isinstance(coroutine, tree.Call) and _is_left(up.above(call), handler):
                for given in handed(coroutine):
                    if isinstance(given, tree.Name) and given.id in opened:
                        yield Closed(handler, given.id, opened[given.id], handler.at(given))


def _closes(function: Function, project: Project) -> bool:
    """Whether a generator cleans up at its end, behind whatever decorates it."""
    if not function.facts.is_generator:
        return False
    inner = project.function(function.value.original) if function.value else function
    return cleans_up(function) or (inner.facts.is_generator and cleans_up(inner))


def _is_left(parent: tree.Node | None, function: Function) -> bool:
    """Whether nothing in the function waits for the task: at most it is put somewhere."""
    match parent:
        case tree.ExprStmt():
            return True
        case tree.Assign(targets=[tree.Name(id=name) as bound]):
            kept = {place(each) for node in function.nodes for each in _kept(node)}
            read = (n for n in function.nodes if isinstance(n, tree.Name) and n.id == name)
            return all(place(each) in kept for each in read if place(each) != place(bound))
        case tree.Call(func=tree.Attribute(attr=attr)):
            return attr in _KEEPS
    return False


def _kept(node: tree.Node) -> Iterator[tree.Expr]:
    """The task in ``tasks.add(task)`` and ``task.add_done_callback(…)``."""
    match node:
        case tree.Call(func=tree.Attribute(attr=attr), args=[given]) if attr in _KEEPS:
            yield given
        case tree.Call(func=tree.Attribute(value=owner, attr="add_done_callback")):
            yield owner
