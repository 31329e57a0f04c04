"""The statements of Python, over values: one block after the other.

What each of them does stands in the module of its kind; here is what holds for all, and the few
that belong nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastlint.facts import tree
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.fastapi import routelists, routeobjects
from fastlint.model.following.frames import Frame, Returned
from fastlint.model.following.language import (
    assigning,
    branches,
    defining,
    importing,
    lazily,
    loops,
    managers,
    trying,
)
from fastlint.model.following.language.changes import possibly
from fastlint.model.following.language.narrowing import narrowed
from fastlint.model.following.language.outcomes import (
    BREAKS,
    CONTINUES,
    FALLS_THROUGH,
    RAISES,
    RETURNS,
    Outcome,
)
from fastlint.model.following.objects import operators
from fastlint.model.following.values import NONE, BoundBuiltin, Const, Items, Mapping


def run(body: list[tree.Stmt], frame: Frame) -> Outcome:
    """Follow the statements in order; gives the ways in which the block may end."""
    machine = frame.machine
    around = (frame.changes, frame.loop, machine.doubts, len(machine.changes))
    was_closed = frame.is_closed  # then this is what it does at its end
    for at, statement in enumerate(body):
        if not machine.tick():
            return RETURNS
        try:
            ends = _DISPATCH[type(statement)](statement, frame)
        except RecursionError:  # what this one does stays unknown; the next has its own chance
            frame.changes, frame.loop, machine.doubts, depth = around
            del machine.changes[depth:]
            continue
        if machine.escaping:
            ends, machine.escaping = machine.escaping, 0
        if frame.is_closed and not was_closed:
            return RETURNS
        if ends is None or ends == FALLS_THROUGH:
            continue
        if not ends & FALLS_THROUGH:
            return ends
        left = ends & ~FALLS_THROUGH
        if left == RAISES and not machine.tries:
            continue  # then there is no program whose routes could be told
        return left | possibly(body[at + 1 :], frame)
    return FALLS_THROUGH


def _return(s: tree.Return, frame: Frame) -> Outcome:
    value = NONE if s.value is None else evaluate(s.value, frame)
    if frame.chosen and isinstance(value, Const):
        value = Const(value.value, settable=True)
    if not frame.over or branches.is_telling(value):
        frame.returns.append(value)
    else:
        frame.swayed = True
    if frame.watch is not None:
        frame.watch.returns.append(Returned(s, value))
    return RETURNS


def _expr(s: tree.ExprStmt, frame: Frame) -> None:
    if frame.watch is None and lazily.is_lazy(s.value, frame):
        lazily.dropped(s.value, frame)
    else:
        evaluate(s.value, frame)


def _delete(s: tree.Delete, frame: Frame) -> None:
    for target in s.targets:
        if isinstance(target, tree.Attribute) and frame.watch is not None:
            operators.set_by_hook(target, evaluate(target.value, frame), frame)
        elif isinstance(target, tree.Name) and frame.is_certain:
            frame.namespace.pop(target.id, None)
        elif isinstance(target, tree.Subscript | tree.Attribute) and (
            frame.is_certain or frame.watch is None
        ):
            value = evaluate(target if isinstance(target, tree.Attribute) else target.value, frame)
            router = routeobjects.owner(value)
            if router is not None and frame.watch is None:
                routelists.rework(router, "`del`", doubtful=bool(frame.machine.doubts))
            if isinstance(target, tree.Subscript):
                key = evaluate(target.index, frame)
                if isinstance(value, Items | Mapping) and frame.watch is None:
                    frame.machine.call(BoundBuiltin(value, "__delitem__"), [key], {}, target, frame)
                operators.item(target, value, "__delitem__", frame, key)


def _scope(s: tree.Scope, frame: Frame) -> None:
    for name in s.names:
        if s.kind == "global":
            module = frame.module()
            # What is looked at may fill a place that the module left empty, and change nothing.
            if frame.watch is None or module.namespace.get(name, NONE) == NONE:
                frame.redirected[name] = module
        elif frame.watch is not None:
            continue
        else:
            outer = frame.parent
            while outer is not None and name not in outer.namespace:
                outer = outer.parent
            if outer is not None:
                frame.redirected[name] = outer


def _jump(s: tree.Jump, frame: Frame) -> Outcome:
    if s.kind == "pass":
        return FALLS_THROUGH
    if frame.loop is not None:
        frame.loop.jump(s.kind)
    return BREAKS if s.kind == "break" else CONTINUES


def _assert(s: tree.Assert, frame: Frame) -> None:
    evaluate(s.test, frame)
    known = narrowed(s.test, frame)
    if known is not None and known.where_it_holds is not None:
        frame.rebind(known.name, known.where_it_holds)


def _type_alias(s: tree.TypeAlias, frame: Frame) -> None:
    frame.bind(s.name, evaluate(s.value, frame))


_DISPATCH: dict[type[tree.Stmt], Callable[[Any, Frame], Outcome | None]] = {
    tree.Assign: assigning.follow_assign,
    tree.AnnAssign: assigning.follow_annotated,
    tree.AugAssign: assigning.follow_augmented,
    tree.ExprStmt: _expr,
    tree.Return: _return,
    tree.Raise: trying.follow_raise,
    tree.If: branches.follow_if,
    tree.For: loops.follow_for,
    tree.While: loops.follow_while,
    tree.With: managers.follow_with,
    tree.Try: trying.follow_try,
    tree.FunctionDef: defining.follow_function,
    tree.ClassDef: defining.follow_class,
    tree.Import: importing.follow_import,
    tree.ImportFrom: importing.follow_import_from,
    tree.Delete: _delete,
    tree.Scope: _scope,
    tree.Match: branches.follow_match,
    tree.Jump: _jump,
    tree.Assert: _assert,
    tree.TypeAlias: _type_alias,
}
