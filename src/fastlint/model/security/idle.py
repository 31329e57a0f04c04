"""Dependencies that only give something: where nobody takes it, they could be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import last_name
from fastlint.model.following.functions import Function
from fastlint.model.following.values import FunctionValue, Unknown

if TYPE_CHECKING:
    from fastlint.model.project import Project
    from fastlint.model.serving.dependencies import Dependency

_DEPTH = 3


def only_gives(dependency: Dependency, project: Project) -> bool:
    """Whether a dependency raises nothing and leaves nothing behind, for all that is seen of it.

    It is not given the request, on which it could note who is asking.
    """
    function = dependency.function
    return (
        function is not None
        and not dependency.unknown
        and not any(param.source == "special" for param in dependency.params)
        and _is_quiet(function, project, _DEPTH)
    )


def _is_quiet(function: Function, project: Project, depth: int) -> bool:
    if depth <= 0 or function.is_stub or function.value is None or function.facts.is_generator:
        return False
    if any(map(_has_effect, function.nodes)):
        return False
    for call in function.calls:
        if isinstance(call.callee, Unknown):
            return False
        if isinstance(call.callee, FunctionValue):
            inner = project.function(call.callee)
            if not _is_quiet(inner, project, depth - 1):
                return False
    return True


def _has_effect(node: tree.Node) -> bool:
    """Whether code raises an error, or keeps something where others may look for it."""
    match node:
        case tree.Raise() | tree.Assert() | tree.Scope():
            return True
        case tree.Assign(targets=targets):
            return any(not isinstance(each, tree.Name | tree.Sequence) for each in targets)
        case tree.AugAssign(target=target) | tree.AnnAssign(target=target):
            return not isinstance(target, tree.Name)
        case tree.Call(func=func):
            return last_name(func) in ("set", "setattr")  # of a context variable
    return False
