"""Dependencies and lifespans that yield a second time.

`contextlib.contextmanager`, by which FastAPI runs both, allows one ``yield`` on each way through
the function; the next one raises ``RuntimeError: generator didn't stop``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Span
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue
from fastlint.model.serving.routing import attached

if TYPE_CHECKING:
    from fastlint.model.project import Project


def second_yields(project: Project) -> Iterator[tuple[Function, tree.Yield, Span, str]]:
    """Every such function with its second ``yield``, where it is named, and what it is."""
    for dependency in project.declared:
        yield from _told(dependency.function, dependency.span, "dependency")
    for router, item in attached(project.machine.routers):
        if item.kind == "lifespan" and isinstance(item.function, FunctionValue):
            yield from _told(project.function(item.function), router.span, "lifespan")


def _told(
    function: Function, span: Span, what: str
) -> Iterator[tuple[Function, tree.Yield, Span, str]]:
    if function.facts.is_generator:
        second = _second(function.statements)
        if second is not None:
            yield function, second, span, what


def _second(block: list[tree.Stmt]) -> tree.Yield | None:
    """The first ``yield`` that certainly follows another one on some way through the block."""
    may_have = False
    for statement in block:
        found = _certain(statement)
        if found and may_have:
            return found[0]
        if len(found) > 1:
            return found[1]
        for inner in _inside(statement):
            second = _second(inner)
            if second is not None:
                return second
        may_have = may_have or _may_yield_and_go_on(statement)
    return None


def _certain(statement: tree.Stmt) -> list[tree.Yield]:
    """The yields that run whenever the statement does, and does not raise."""
    match statement:
        case tree.With(body=body):
            return [each for inner in body for each in _certain(inner)]
        case tree.Try(body=body, orelse=orelse, final=final):
            return [each for inner in (*body, *orelse, *final) for each in _certain(inner)]
        case tree.ExprStmt(value=tree.Yield() as found) if not found.delegates:
            return [found]
        case tree.Assign(value=tree.Yield() as found) if not found.delegates:
            return [found]
    return []


def _inside(statement: tree.Stmt) -> Iterator[list[tree.Stmt]]:
    """The blocks of a statement of which each runs at most once."""
    match statement:
        case tree.If(body=body, orelse=orelse):
            yield body
            yield orelse
        case tree.With(body=body):
            yield body
        case tree.Try(body=body, orelse=orelse):
            yield [*body, *orelse]
        case tree.Match(cases=cases):
            yield from (case.body for case in cases)


def _may_yield_and_go_on(statement: tree.Stmt) -> bool:
    """Whether the next statement may run after a ``yield`` of this one."""
    match statement:
        case tree.ExprStmt() | tree.Assign():
            return bool(_certain(statement))
        case tree.If() | tree.With() | tree.Match():
            return any(_ends_openly(block) for block in _inside(statement))
        case tree.Try(body=body, orelse=orelse, final=final):
            return _ends_openly([*body, *orelse]) and not _leaves(final)
    return False


def _ends_openly(block: list[tree.Stmt]) -> bool:
    return any(isinstance(node, tree.Yield) for node in walk(block)) and not _leaves(block)


def _leaves(block: list[tree.Stmt]) -> bool:
    """Whether something in the block may leave the function; a plain reading is enough."""
    return any(isinstance(node, tree.Return | tree.Raise) for node in walk(block))
