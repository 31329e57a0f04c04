"""Decorators whose ``response_model=`` says what the return annotation says already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.facts.walk import names, walk
from fastlint.findings import Span
from fastlint.model.following.functions import Function
from fastlint.model.following.values import NONE
from fastlint.model.reading.equality import same_type
from fastlint.model.serving.metadata import hides_return
from fastlint.model.serving.returned import is_response_class
from fastlint.model.serving.routing import Route

if TYPE_CHECKING:
    from fastlint.model.project import Project


def repeated(project: Project) -> Iterator[tuple[Function, tree.Call, tree.Keyword]]:
    """Handler, decorator and keyword of each ``response_model=`` that could be left out.

    A decorator that stands in a factory is one for all that the factory makes.
    """
    by_span: dict[Span, list[Route]] = defaultdict(list)
    for route in project.operations:
        if "response_model" in route.entry.options:
            by_span[route.span].append(route)
    for routes in by_span.values():
        if all(_says_the_same(route, project) for route in routes):
            found = _keyword(routes[0], project)
            if found is not None and routes[0].handler is not None:
                yield routes[0].handler, *found


def _says_the_same(route: Route, project: Project) -> bool:
    handler = route.handler
    if route.kind != "http" or handler is None or handler.facts.is_generator:
        return False
    given, declared = route.option("response_model"), handler.declared_return
    if given is None or given == NONE or declared is None or hides_return(route):
        return False
    if is_response_class(declared, project.machine.knowledge):
        return False
    return same_type(given, declared) and not project.module(handler.path).is_test


def _keyword(route: Route, project: Project) -> tuple[tree.Call, tree.Keyword] | None:
    """The keyword in the handler's own decorator; None where the registration stands elsewhere."""
    handler = route.handler
    if handler is None:
        return None
    for decorator in handler.facts.decorators:
        if not isinstance(decorator, tree.Call) or handler.at(decorator) != route.span:
            continue
        for keyword in decorator.keywords:
            if keyword.name == "response_model" and _is_found(handler, keyword, project):
                return decorator, keyword
    return None


def _is_found(handler: Function, keyword: tree.Keyword, project: Project) -> bool:
    """Whether FastAPI finds what the annotation names.

    It reads an annotation that is kept as text by the names of the module, when the decorator
    runs; only names that the decorator itself reads are certain to be there.
    """
    annotation = handler.facts.returns
    if annotation is None:
        return False
    as_text = project.module(handler.path).facts.future_annotations or any(
        isinstance(node, tree.Quoted) for node in walk([annotation])
    )
    if not as_text:
        return True
    certain = set(names([keyword.value])) | project.knowledge.builtins
    return certain.issuperset(names([annotation])) and "<locals>" not in handler.facts.qualname
