"""``UserDep | None``: FastAPI does not see the ``Depends`` in it."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.following.functions import Function
from fastlint.model.project import Project
from fastlint.model.serving.buried import Buried, buried, rewritten
from fastlint.model.serving.parameters import Param
from fastlint.model.serving.routing import Route
from fastlint.rule import check

_BODY = ("body", "form", "file")


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Parameters whose dependency is lost in their annotation."""
    for function, _, param in route.signatures:
        found = None if param.marker is not None else buried(param.declared)
        if found is not None and not project.module(function.path).is_test:
            yield _problem(function, param, found, route, project)


def _problem(
    function: Function, param: Param, found: Buried, route: Route, project: Project
) -> Problem:
    name = "the dependency"
    if found.marker.dependency is not None:
        name = f"`{_last(project.reader.name(found.marker.dependency))}`"
    becomes = "is read from the body" if param.source in _BODY else "becomes a query parameter"
    data = rewritten(param.facts.annotation, found, function.path, project.modules_index)
    return Problem(
        param.annotation_span,
        f"`Depends` is not seen inside {found.within}: {name} never runs, and `{param.name}` "
        f"{becomes} that the client fills in as it likes",
        "put the union inside: `Annotated[<type> | None, Depends(…)]`, and let the dependency "
        "give None",
        related=(Related(found.marker.span, "this dependency is lost"),),
        affected=(route.handler.id,) if route.handler else (),
        data=None if data is None else (data.pattern, data.union, data.names),
        fixable=data is not None,
    )


def _last(name: str) -> str:
    return name.rpartition(":")[2].rpartition(".")[2]


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``UserDep | None`` -> ``Annotated[User | None, Depends(get_user)]``"""
    pattern, union, names = problem.data
    wanted = [edits.Wanted(module, name, _also(module)) for module, name in names]
    changed = edits.rewrite_annotation(syntax, problem.span, pattern, wanted, union)
    return edits.offer("Put the union into `Annotated`", changed, safe=False)


def _also(module: str) -> tuple[str, ...]:
    return ("typing_extensions",) if module == "typing" else ()
