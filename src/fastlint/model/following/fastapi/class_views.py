"""Class-based views: methods as handlers, for which FastAPI makes the object.

A class is one where its decorator puts ``Depends(cls)`` into the signatures of its methods: seen
while the project's own decorator is followed, and known of the libraries that offer it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastlint.findings import Span
from fastlint.model.following.classes import methods
from fastlint.model.following.values import (
    ClassValue,
    DependsMarker,
    External,
    Instance,
    Value,
)

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_STATIC = frozenset({"builtins.staticmethod", "builtins.classmethod", "builtins.property"})


def decorated(by: Value, cls: ClassValue, machine: Machine) -> None:
    """A class gets a decorator: one that is known to make views makes it one."""
    if isinstance(by, Instance) and isinstance(by.cls, External):
        name = by.cls.name.removesuffix("()")
        if name in machine.knowledge.class_views:
            become_view(cls)


def asked_for(dependency: Value | None, machine: Machine) -> None:
    """``Depends(cls)`` is evaluated: by a decorator of that class, it makes the class a view."""
    if isinstance(dependency, ClassValue) and any(dependency is c for c in machine.decorating):
        become_view(dependency)


def become_view(cls: ClassValue) -> None:
    """The methods of the class ask FastAPI for an object of it."""
    node = cls.node
    end = node.column + len("class ") + len(node.name)
    span = Span(cls.path, node.line, node.column, node.line, end)
    cls.view = DependsMarker(
        cls, is_security=False, scopes=None, use_cache=True, scope=None, span=span
    )
    for each in methods(cls):
        if not _is_bound_otherwise(each.decorators):
            each.view = cls.view


def _is_bound_otherwise(decorators: Sequence[Value]) -> bool:
    return any(isinstance(by, External) and by.name in _STATIC for by in decorators)
