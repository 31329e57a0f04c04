"""See ``rules/FLT301-collection-param-is-body.md``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fastlint.findings import Fix, Problem, Related, Severity, Span
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.dependencies import Dependency
from fastlint.model.functions import Function
from fastlint.model.parameters import Param, is_body, is_collection, is_mapping, is_query_sequence
from fastlint.model.project import Project
from fastlint.model.routing import Route
from fastlint.rule import check

_BODYLESS = frozenset({"GET", "HEAD", "DELETE"})
_QUERY = "write `Annotated[…, Query()]` to read it from the query"
_BODY = "where the body is meant, say so with `Annotated[…, Body()]`"


@dataclass(frozen=True, eq=False)
class _Read:
    """A collection that routes read from the body, and the function that asks for it."""

    param: Param
    function: Function
    dependency: Dependency | None
    routes: list[Route] = field(default_factory=list)


@check(Project)
def run(project: Project, _: Project) -> Iterator[Problem]:
    """Unmarked collections of path operations whose requests have no body."""
    found: dict[Span, _Read] = {}
    for route in project.operations:
        for function, dependency, param in route.signatures:
            if param.marker is None and is_body(param) and is_collection(param.type):
                read = found.setdefault(param.span, _Read(param, function, dependency))
                read.routes.append(route)
    for read in found.values():
        bodyless = [r for r in read.routes if r.methods and _BODYLESS.issuperset(r.methods)]
        if bodyless:
            yield _problem(read, bodyless, project)


def _problem(read: _Read, bodyless: list[Route], project: Project) -> Problem:
    param, function = read.param, read.function
    first = next((r for r in bodyless if r.methods != ("DELETE",)), bodyless[0])
    method = next((m for m in first.methods if m != "DELETE"), "DELETE")
    kind = "mapping" if is_mapping(param.type) else "collection"
    where = f"`{param.name}` is read from the body of a {method} request"
    related: tuple[Related, ...] = ()
    if read.dependency is not None:
        start = first.handler.name_span if first.handler else first.span
        related = (
            Related(start, f"`{first.label}` runs this handler"),
            Related(read.dependency.span, f"it depends on `{function.name}`"),
        )
    queried = is_query_sequence(param.type, project.machine)
    only_get = all(set(route.methods) <= {"GET", "HEAD"} for route in read.routes)
    return Problem(
        param.span,
        f"{where}: a {kind} without a marker is never a query parameter",
        f"{_QUERY if queried else 'take it in a POST'}; {_BODY}",
        related,
        tuple(r.handler.id for r in bodyless if r.handler),
        Severity.WARNING if method == "DELETE" else None,
        (function.span, param.name),
        fixable=queried and only_get,
    )


def fix(problem: Problem, syntax: Syntax) -> Fix | None:
    """``tags: list[str]`` -> ``tags: Annotated[list[str], Query()]``."""
    span, name = problem.data
    changed = edits.wrap_collection(syntax, span, [name])
    return Fix("Read it from the query", changed, safe=False) if changed else None
