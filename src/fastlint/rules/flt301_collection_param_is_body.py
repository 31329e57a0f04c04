"""See ``rules/FLT301-collection-param-is-body.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.reading.words import words
from fastlint.model.serving import parameters
from fastlint.model.serving.inputs import Input
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_BODYLESS = frozenset({"GET", "HEAD", "DELETE"})
_MEANT = frozenset({"body", "payload"})
_QUERY = "write `Annotated[…, Query()]` to read it from the query"
_BODY = "where the body is meant, say so with `Annotated[…, Body()]`"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Unmarked collections of path operations whose requests have no body."""
    for read in project.inputs:
        bodyless = [r for r in read.routes if r.methods and _BODYLESS.issuperset(r.methods)]
        param = read.param
        if all(route.methods == ("DELETE",) for route in bodyless) and _says_body(param.name):
            continue
        unmarked = bodyless and param.marker is None and parameters.is_body(param)
        if unmarked and parameters.is_collection(param.type):
            yield _problem(read, bodyless, project)


def _says_body(name: str) -> bool:
    """Whether a parameter is called what FastAPI makes of it, as of one that is meant so."""
    return not _MEANT.isdisjoint(words(name))


def _problem(read: Input, bodyless: list[Route], project: Project) -> Problem:
    param = read.param
    first = next((r for r in bodyless if r.methods != ("DELETE",)), bodyless[0])
    method = next((m for m in first.methods if m != "DELETE"), "DELETE")
    kind = "mapping" if parameters.is_mapping(param.type) else "collection"
    where = f"`{param.name}` is read from the body of a {method} request"
    queried = parameters.is_query_sequence(param.type, project.machine)
    only_get = all(set(route.methods) <= {"GET", "HEAD"} for route in read.routes)
    return Problem(
        param.span,
        f"{where}: a {kind} without a marker is never a query parameter",
        f"{_QUERY if queried else 'take it in a POST'}; {_BODY}",
        read.way(first),
        tuple(r.handler.id for r in bodyless if r.handler),
        Severity.WARNING if method == "DELETE" else None,
        (read.function.span, param.name),
        fixable=queried and only_get,
        withheld="clients may send it in the body" if queried else "a query cannot hold it",
    )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``tags: list[str]`` -> ``tags: Annotated[list[str], Query()]``."""
    span, name = problem.data
    changed = edits.wrap_collection(syntax, span, [name])
    return edits.offer("Read it from the query", changed, safe=False)
