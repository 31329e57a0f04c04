"""Labels of metrics that take as many values as there are addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import search, tree
from fastlint.facts.walk import walk
from fastlint.model.following.functions import Function
from fastlint.model.reading.mentions import imported_packages

if TYPE_CHECKING:
    from fastlint.model.project import Project

_PACKAGES = frozenset({"prometheus_client"})
_LABELS = search.spelled("labels")
_REQUEST = ("request", "req")


def endless_labels(project: Project) -> Iterator[tuple[Function, tree.Expr]]:
    """Where what runs for requests gives a metric the address that was asked for."""
    if not any(_PACKAGES.intersection(imported_packages(each)) for each in project.modules):
        return
    for reached in project.reach.reached:
        function = reached.function
        if not search.mentions(function.facts, _LABELS) or project.module(function.path).is_test:
            continue
        local = {
            node.targets[0].id: node.value
            for node in function.nodes
            if isinstance(node, tree.Assign) and isinstance(node.targets[0], tree.Name)
        }
        for node in function.nodes:
            match node:
                case tree.Call(func=tree.Attribute(attr="labels"), args=args, keywords=keywords):
                    for given in (*args, *(keyword.value for keyword in keywords)):
                        read = local.get(given.id, given) if isinstance(given, tree.Name) else given
                        if _is_address(read):
                            yield function, given


def _is_address(node: tree.Expr) -> bool:
    """``request.url.path``, ``str(request.url)``"""
    match node:
        case tree.Call(func=tree.Name(id="str"), args=[inner]):
            return _is_address(inner)
        case tree.Attribute(value=tree.Attribute() as url, attr="path"):
            return _is_address(url)
        case tree.Attribute(value=tree.Name(id=name), attr="url"):
            return name in _REQUEST
        case tree.FString(parts=parts):
            return any(
                _is_address(part) for part in walk(parts) if isinstance(part, tree.Attribute)
            )
    return False
