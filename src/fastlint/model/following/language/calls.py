"""How a call expression is evaluated: its parts, then what the callee gives."""

from __future__ import annotations

from fastlint.facts import tree
from fastlint.model.following import shared, types
from fastlint.model.following.expressions import evaluate, perhaps
from fastlint.model.following.frames import CallSite, Frame
from fastlint.model.following.values import Const, External, Mapping, Unknown, Value

_STOPPING = frozenset({"builtins.next", "builtins.any", "builtins.all"})
"""Functions that may not go through all that they are given."""


def call(node: tree.Call, frame: Frame, *, awaited: bool = False) -> Value:
    """A call expression: its parts are evaluated, the call is followed, and noted if watched."""
    machine = frame.machine
    callee = evaluate(node.func, frame)
    args: list[Value] = []
    for arg in node.args:
        if isinstance(arg, tree.Starred):
            spread = types.iterate(evaluate(arg.value, frame))
            args.extend(spread if spread is not None else [Unknown("`*args`")])
        elif isinstance(callee, External) and callee.name in _STOPPING and frame.watch is None:
            args.append(perhaps(arg, frame))
        else:
            args.append(evaluate(arg, frame))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = evaluate(keyword.value, frame)
        if keyword.name is not None:
            keywords[keyword.name] = value
        elif isinstance(value, Mapping):
            keywords.update({name: _as_option(each, frame) for name, each in value.items.items()})
            if value.open:
                keywords["**"] = Unknown("`**` with content that is not known")
        else:
            keywords["**"] = Unknown("`**` with content that is not known")
    result = machine.call(callee, args, keywords, node, frame)
    if frame.watch is not None:
        site = CallSite(node, frame.path, callee, tuple(args), keywords, awaited, result)
        frame.watch.calls.append(site)
    return result


def _as_option(value: Value, frame: Frame) -> Value:
    """What ``**`` hands on; a text that may not be in the dictionary tells nothing."""
    is_plain = isinstance(value, Const) and frame.watch is None
    return value if not is_plain or frame.machine.is_sure(value) else Unknown(shared.CONDITIONAL)
