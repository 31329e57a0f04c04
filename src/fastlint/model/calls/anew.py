"""Calls that find empty what is kept for later: ``self.loaded = False`` stands before them.

What the called function does only the first time, it does each time for such a caller.
"""

from __future__ import annotations

from msgspec.structs import replace

from fastlint.facts import tree
from fastlint.model.calls import once
from fastlint.model.calls.inline import Step
from fastlint.model.following.contexts import Given
from fastlint.model.following.frames import Watch
from fastlint.model.following.values import NONE, FunctionValue

_MARK = " is emptied"
"""Behind the names of these places among what a call gives: no parameter is called so."""


def emptied(given: Given) -> frozenset[str]:
    """What each of the calls that give this finds empty."""
    return frozenset(name.removesuffix(_MARK) for name in given if name.endswith(_MARK))


def anew(step: Step, caller: FunctionValue, watch: Watch, first_calls: once.FirstCalls) -> Step:
    """The step, with what its caller has emptied, where that makes a difference."""
    if step.function.path != caller.path:
        return step
    facts = step.function.facts
    passed = first_calls.passed_by(facts, for_each=False)
    if not passed:
        return step
    found = once.emptied_before(step.node, caller.facts, watch.body)
    found = frozenset(path for path in found if _is_same(path, step.node))
    if first_calls.passed_by(facts, found, for_each=False) == passed:
        return step
    return replace(step, given={**step.given, **{f"{path}{_MARK}": NONE for path in found}})


def _is_same(path: str, call: tree.Expr) -> bool:
    """Whether the called function means the same place: ``self.x`` only in ``self.load()``."""
    root, _, attribute = path.partition(".")
    if root not in ("self", "cls") or not attribute:
        return True
    match call:
        case tree.Call(func=tree.Attribute(value=tree.Name(id=name))):
            return name == root
    return False
