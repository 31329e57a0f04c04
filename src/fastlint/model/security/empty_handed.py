"""What becomes of a request that brings nothing which says who sends it.

A dependency that turns away bad credentials only lets in who has none: ``if token is not None and
not valid(token): raise HTTPException(401)``. Its body is followed with what FastAPI then hands to
it: nothing from a scheme with ``auto_error=False``, the defaults of what else a request may give.
What is not known counts as turning the request away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.model.following.functions import Function
from fastlint.model.following.values import NONE, Const, Value
from fastlint.model.security.guard_names import names_credential
from fastlint.model.security.let_in import Following, LetIn, Refused

if TYPE_CHECKING:
    from fastlint.model.security.guards import Guards
    from fastlint.model.serving.dependencies import Dependency
    from fastlint.model.serving.parameters import Param

_DEEPEST = 3
_OPTIONAL = ("header", "cookie", "query", "form")
"""Where parameters come from that a request need not give."""


def of_dependency(dependency: Dependency, guards: Guards, depth: int = _DEEPEST) -> Refused | LetIn:
    """What a dependency makes of a request that brings nothing."""
    if dependency.scheme is not None and dependency.auto_error:
        return Refused()
    if dependency.scheme is not None and dependency.function is None:
        return LetIn(NONE)
    if dependency.function is None or dependency.unknown or depth <= 0:
        return Refused()
    return of_function(
        dependency.function, dependency.params, dependency.children, guards, depth - 1
    )


def of_function(
    function: Function,
    params: Sequence[Param],
    dependencies: Sequence[Dependency],
    guards: Guards,
    depth: int = _DEEPEST,
) -> Refused | LetIn:
    """What a dependency's function, or a handler, makes of it after its own dependencies."""
    given: dict[str, Value] = {}
    for param in params:
        if param.source in _OPTIONAL:
            if isinstance(param.initial, Const):
                given[param.name] = param.initial
            elif param.initial is None and names_credential(param.name):
                return Refused()  # FastAPI answers 422
    by_setting = False
    for each in filter(guards.judge, dependencies):
        end = of_dependency(each, guards, depth)
        if isinstance(end, Refused):
            return end
        by_setting = by_setting or end.by_setting
        if isinstance(end.gives, Const):
            given[each.parameter] = end.gives
    following = Following(function, guards, depth)
    found = following.end(given)
    if isinstance(found, LetIn):
        return LetIn(found.gives, by_setting or following.by_setting)
    return found
