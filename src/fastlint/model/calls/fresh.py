"""Objects that each request makes anew: what they keep for themselves, no other request finds.

A ``cached_property`` of a client that a module has made runs once; that of a store which a
dependency makes for each request runs for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.findings import Span
from fastlint.model.calls import once
from fastlint.model.calls.inline import is_kept
from fastlint.model.calls.nodes import Node
from fastlint.model.following import classes
from fastlint.model.following.frames import CallSite, Watch
from fastlint.model.following.functions import Function
from fastlint.model.following.values import ClassValue, External, Instance
from fastlint.model.serving.dependencies import Dependency

if TYPE_CHECKING:
    from fastlint.model.project import Project

_DEEPEST = 3
"""Callers by which a method got the object that it is of."""
_PLAIN = ("attr", "dataclasses.", "functools.total_ordering", "pydantic.", "typing.")
"""Where decorators of classes come from after which each call makes an object of its own."""


class Fresh:
    """Finds out which objects are made for a request; looks at all that runs for requests."""

    def __init__(self, project: Project, watched: Sequence[tuple[Function, Watch]]) -> None:
        """``watched``: what runs on the event loop, as far as it is known by the time."""
        self._project = project
        self._watched = watched
        self._looked_at = 0
        self._made: set[Span] = set()

    def is_fresh(self, node: Node, owner: tree.Expr, value: Instance, depth: int = 0) -> bool:
        """Whether the object that a function has under a name or attribute is a new one."""
        if value.made or value.others or not _is_plain(value):
            return False
        if value.span is not None:
            return value.span in self._made_by_now()
        if not isinstance(owner, tree.Name):
            return False
        if node.value.bound is value:
            return depth < _DEEPEST and any(
                step.function.bound is not None
                and isinstance(step.function.bound, Instance)
                and isinstance(step.node, tree.Call)
                and isinstance(step.node.func, tree.Attribute)
                and self.is_fresh(caller, step.node.func.value, step.function.bound, depth + 1)
                for caller, step in node.callers
            )
        return any(self._is_given_anew(node.function, owner.id, node))

    def _made_by_now(self) -> set[Span]:
        """Where objects are made for requests."""
        if not self._looked_at:
            for served in self._project.reach.served:
                self._made.update(self._making(served.function, served.function.calls))
        for function, watch in self._watched[self._looked_at :]:
            self._made.update(self._making(function, watch.calls))
        self._looked_at = len(self._watched)
        return self._made

    def _making(self, function: Function, calls: Sequence[CallSite]) -> Iterator[Span]:
        if function.value is None or is_kept(function.value):
            return
        sites = [site for site in calls if isinstance(site.callee, ClassValue)]
        passed_by = self._project.first_calls.passed_by(function.facts) if sites else ()
        for site in sites:
            if not once.is_in(site.node, passed_by):
                yield site.span

    def _is_given_anew(self, function: Function, name: str, node: Node) -> Iterator[bool]:
        """For each route: whether FastAPI fills the parameter with an object of its own."""
        for entry in node.entries.values():
            for route in entry.routes:
                below = route.dependencies if route.handler is function else None
                for dependency in route.all_dependencies if below is None else ():
                    if dependency.function is function:
                        below = dependency.children
                for dependency in below or ():
                    if dependency.parameter == name:
                        yield self._gives_new(dependency)
                for asking, _, param in route.signatures:
                    if asking is function and param.name == name:
                        yield param.source == "body"

    def _gives_new(self, dependency: Dependency) -> bool:
        if isinstance(dependency.callable, ClassValue):
            return True
        function = dependency.function
        if function is None or function.facts.is_method:
            return False
        given = [each.value for each in (*function.returns, *function.watch.yields)]
        made = self._made_by_now()
        return bool(given) and all(
            isinstance(each, Instance) and not each.made and each.span in made for each in given
        )


def _is_plain(value: Instance) -> bool:
    """Whether calling the class makes an object, each time another one."""
    if not isinstance(value.cls, ClassValue) or classes.method(value.cls, "__new__") is not None:
        return False
    for base in value.cls.own:
        if any(keyword.name == "metaclass" for keyword in base.node.keywords):
            return False
        for by in base.decorators:
            name = by.cls if isinstance(by, Instance) else by
            if not (isinstance(name, External) and name.name.startswith(_PLAIN)):
                return False
    return True
