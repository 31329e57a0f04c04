"""See ``rules/FLT304-mutable-default-argument.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts.walk import decorator_name
from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Function
from fastlint.model.project import Project
from fastlint.model.reading.defaults import SharedDefault, mutable_kind, shared_defaults
from fastlint.rule import check

_PLAIN = frozenset(
    {
        "abstractmethod", "asynccontextmanager", "cache", "cached_property", "classmethod",
        "contextmanager", "final", "lru_cache", "override", "property", "staticmethod",
    }
)  # fmt: skip
"""Decorators that leave the defaults to Python; what others do with them is not known."""


@check(Function)
def run(function: Function, project: Project) -> Iterator[Problem]:
    """Defaults that one call changes for the next."""
    params = function.facts.params
    if not any(mutable_kind(param.default) for param in params):
        return
    is_injected = (function.path, function.facts.index) in project.injected
    if not is_injected and not all(
        decorator_name(by) in _PLAIN for by in function.facts.decorators
    ):
        return
    for shared in shared_defaults(function, project.machine):
        if not is_injected:
            yield _problem(function, shared)
            continue
        for use in project.references.calls(function):
            if not use.may_give(function, shared.name):
                what = f"`{function.name}` is called here without `{shared.name}`"
                yield _problem(function, shared, Related(use.span, what))
                break


def _problem(function: Function, shared: SharedDefault, *calls: Related) -> Problem:
    return Problem(
        shared.span,
        f"`{shared.name}` is one {shared.kind} for all calls of `{function.name}`, "
        f"and it {shared.how}",
        "make `None` the default, and the object in the body",
        (*calls, Related(shared.at, f"here `{shared.name}` {shared.how}")),
        data=(function.span, shared.name),
        fixable=not calls,
        withheld="another default would change what the route declares",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``tags=[]`` -> ``tags=None``, and ``if tags is None: tags = []`` in the body."""
    span, name = problem.data
    changed = edits.none_sentinel(syntax, span, [name])
    return edits.offer("Make it in the body", changed, safe=False)
