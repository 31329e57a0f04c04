"""Refusals that a request can no longer get, as one of the same words stands before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import handed, names
from fastlint.model.following.values import Const
from fastlint.model.reading.enclosing import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.answers.escaping import Raised, Swallowed, Through
    from fastlint.model.following.functions import Function


def is_settled_before(found: Swallowed, function: Function, through: Through) -> bool:
    """Whether a call before the ``try`` refuses in the same words, by what the later one is given.

    ``get_order(order_id)`` answers 404 where there is none: that ``cancel(order_id)``, under the
    ``try``, would do so too matters only to who takes the order away in between.
    """
    raised = found.raised
    said = None if raised.through is None else _said(raised)
    if said is None or not isinstance(raised.node, tree.Call):
        return False
    given = set(names(handed(raised.node)))
    return any(
        _said(earlier) == said and set(names(handed(call))) <= given
        for call, earlier in _refusals_before(found.handler, function, through)
    )


def _refusals_before(
    handler: tree.Handler, function: Function, through: Through
) -> Iterator[tuple[tree.Call, Raised]]:
    """What the calls refuse that are made in any case before the ``try`` of a handler."""
    for statement in function.statements:
        if holds(statement, handler):
            return
        if isinstance(statement, tree.Assign | tree.AnnAssign | tree.ExprStmt):
            value = statement.value
            call = value.value if isinstance(value, tree.Await) else value
            called = through.callee(call, function) if isinstance(call, tree.Call) else None
            earlier = None if called is None else through.of(called)
            if isinstance(call, tree.Call) and earlier is not None:
                yield call, earlier


def _said(raised: Raised) -> tuple[object, ...] | None:
    """Status and text of a refusal; None where they are not written there."""
    call = raised.origin.exc
    status = status_of(raised.origin)
    if status is None or not isinstance(call, tree.Call):
        return None
    given = [k.value for k in call.keywords if k.name == "detail"] or call.args[1:2]
    texts = [each.value for each in given if isinstance(each, tree.Constant)]
    return (status, *texts) if texts else None


def status_of(raised: tree.Raise) -> object:
    """The status code of an HTTP exception, as it is written; None where it is not known."""
    call = raised.exc
    if not isinstance(call, tree.Call):
        return None
    named = [k.value for k in call.keywords if k.name == "status_code"]
    node = named[0] if named else call.args[0] if call.args else None
    if isinstance(node, tree.Constant):
        return Const(node.value)
    return node.attr if isinstance(node, tree.Attribute) else None
