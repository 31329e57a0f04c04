"""Decorators that leave FastAPI something else than a dependency.

`functools.lru_cache` keeps what a call gives. Of a generator or an ``async def`` that can be used
once, but fastapi/dependencies/utils.py `solve_dependencies` uses it with every request.
`contextlib.contextmanager` gives a context manager, where FastAPI makes one by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.following.values import External, FunctionValue
from fastlint.model.serving.declared import Declared

if TYPE_CHECKING:
    from fastlint.model.project import Project

_CACHES = frozenset(
    {
        "cachetools.cached", "cachetools.func.lfu_cache", "cachetools.func.lru_cache",
        "cachetools.func.ttl_cache", "functools.cache", "functools.lru_cache",
    }
)  # fmt: skip
_MANAGERS = frozenset({"contextlib.asynccontextmanager", "contextlib.contextmanager"})


class Misplaced(msgspec.Struct, frozen=True, eq=False):
    """A decorator of a dependency that spoils it."""

    dependency: Declared
    span: Span
    name: str
    """``lru_cache``"""
    keeps: str
    """What a cache keeps, ``generator`` or ``coroutine``; empty for a context manager."""


def misplaced(project: Project) -> Iterator[Misplaced]:
    """Caches of what can be used once, and context managers made of what FastAPI makes one of."""
    for dependency in project.declared:
        function = dependency.function
        facts = function.facts
        if function.value is None or not (facts.is_generator or facts.is_async):
            continue
        for decorator in facts.decorators:
            named = decorator.func if isinstance(decorator, tree.Call) else decorator
            by = project.machine.look(named, function.value.closure)
            if not isinstance(by, External):
                continue
            name = by.name.rpartition(".")[2]
            if by.name not in _CACHES | _MANAGERS or _is_never_resolved(dependency, project):
                continue
            if by.name in _CACHES:
                keeps = "generator" if facts.is_generator else "coroutine"
                yield Misplaced(dependency, function.at(decorator), name, keeps)
            elif facts.is_generator:
                yield Misplaced(dependency, function.at(decorator), name, "")


def _is_never_resolved(dependency: Declared, project: Project) -> bool:
    """Whether only functions ask for it that the project itself calls, and FastAPI never does."""
    if dependency.affected or not dependency.asked_by:
        return False
    return all(
        asking is not None and _is_only_called(asking, project) for asking in dependency.asked_by
    )


def _is_only_called(asking: FunctionValue, project: Project) -> bool:
    """Whether all that the project does with a function is to call it."""
    function = project.function(asking)
    if function.facts.decorators or function.facts.is_method:
        return False
    if any(each.function is function for each in project.declared):
        return False
    uses = list(project.references.uses(function))
    return bool(uses) and all(use.call is not None for use in uses)
