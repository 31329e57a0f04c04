"""Which function evaluates which expression.

Those of a kind have a module of that name beside this one; here are the few that belong nowhere
else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastlint.facts import tree
from fastlint.model.following import choices, switches, types
from fastlint.model.following.expressions import evaluate
from fastlint.model.following.frames import Frame, Iterated, Returned
from fastlint.model.following.language import generators
from fastlint.model.following.language.arithmetic import bin_op, unary_op
from fastlint.model.following.language.calls import call
from fastlint.model.following.language.comparisons import compare
from fastlint.model.following.language.conditions import bool_op, if_exp
from fastlint.model.following.language.displays import comprehension, dict_display, sequence
from fastlint.model.following.language.formatting import fstring
from fastlint.model.following.language.subscripts import subscript
from fastlint.model.following.objects import descriptors, operators
from fastlint.model.following.objects.attributes import attribute
from fastlint.model.following.values import UNKNOWN, Const, Dots, Instance, LambdaValue, Value


def _name(n: tree.Name, frame: Frame) -> Value:
    return frame.lookup(n.id)


def _attribute(n: tree.Attribute, frame: Frame) -> Value:
    owner = evaluate(n.value, frame)
    if frame.watch is not None and isinstance(owner, Instance):
        getter = descriptors.property_of(owner, n.attr)
        if getter is not None:
            frame.watch.properties.append((n, getter))
        elif (descriptor := descriptors.descriptor_of(owner, n.attr)) is not None:
            operators.used(n, descriptor, ("__get__",), frame, owner)
    value = frame.machine.force(attribute(owner, n.attr, frame.machine))
    if frame.watch is None:
        return value
    if switches.is_remembered(n.value, owner, frame):
        return Const(value.value) if isinstance(value, Const) else value
    return switches.as_it_may_be(value, owner)


def _constant(n: tree.Constant, frame: Frame) -> Value:  # noqa: ARG001 - one shape for all
    if n.kind == "...":
        return Dots()
    if n.kind == "bytes":
        return Const(str(n.value).encode("latin-1", "replace"))
    if n.kind:
        return UNKNOWN
    return Const(n.value)


def _await(n: tree.Await, frame: Frame) -> Value:
    if isinstance(n.value, tree.Call):
        value = call(n.value, frame, awaited=True)
    else:
        value = evaluate(n.value, frame)
    return choices.awaited(value)


def _lambda(n: tree.Lambda, frame: Frame) -> Value:
    has_defaults = any(param.default is not None for param in n.params)
    return LambdaValue(frame.path, n, frame, frame.as_now() if has_defaults else None)


def _yield(n: tree.Yield, frame: Frame) -> Value:
    value: Value = Const(None) if n.value is None else evaluate(n.value, frame)
    if n.delegates:
        if frame.watch is not None:
            frame.watch.iterations.append(Iterated(n.value or n, value))
        if frame.receive is not None:
            generators.delegate(value, frame)
            return UNKNOWN
        value = types.element_of(value, frame.machine)
    elif frame.receive is not None:
        generators.hand_out(value, frame.is_certain, frame)
    if frame.watch is not None:
        frame.watch.yields.append(Returned(n, value))
    return UNKNOWN


def _inner(n: tree.Starred | tree.Keyword | tree.Quoted, frame: Frame) -> Value:
    return evaluate(n.value, frame)


def _walrus(n: tree.Walrus, frame: Frame) -> Value:
    value = evaluate(n.value, frame)
    frame.bind(n.name, value)
    return value


def _slice(n: tree.Slice, frame: Frame) -> Value:
    for part in (n.lower, n.upper, n.step):
        if part is not None:
            evaluate(part, frame)
    return UNKNOWN


EXPRESSIONS: dict[type[tree.Expr], Callable[[Any, Frame], Value]] = {
    tree.Name: _name,
    tree.Attribute: _attribute,
    tree.Constant: _constant,
    tree.Keyword: _inner,
    tree.Call: call,
    tree.FString: fstring,
    tree.BinOp: bin_op,
    tree.BoolOp: bool_op,
    tree.UnaryOp: unary_op,
    tree.Compare: compare,
    tree.Subscript: subscript,
    tree.Sequence: sequence,
    tree.DictDisplay: dict_display,
    tree.Lambda: _lambda,
    tree.IfExp: if_exp,
    tree.Await: _await,
    tree.Yield: _yield,
    tree.Starred: _inner,
    tree.Comprehension: comprehension,
    tree.Walrus: _walrus,
    tree.Slice: _slice,
    tree.Quoted: _inner,
}
