"""See ``rules/FLT312-path-param-name-mismatch.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Changes, Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.path_use import misnamed, names_read, placeholders
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Names of the path that the handler asks for under another name, in the query."""
    handler = route.handler
    if route.path is None or handler is None or handler.is_stub:
        return
    if project.module(route.span.path).is_test:
        return
    read = names_read(route, project)
    if read is None:
        return
    own = placeholders(route.own_path or "")
    for name, convertor in placeholders(route.path).items():
        param = misnamed(route, name) if name not in read and convertor != "path" else None
        if param is None:
            continue
        yield Problem(
            route.span,
            f"`{{{name}}}` of the path and `{param.name}` have different names: `{param.name}` is "
            "a query parameter that every request has to bring",
            f"give the two the same name: `{{{param.name}}}` in the path, or `{name}` in the "
            "signature",
            related=(Related(param.span, f"`{param.name}` is read from the query"),),
            affected=(handler.id,),
            data=(name, param.name),
            fixable=name in own and param.name not in placeholders(route.path),
            withheld="the name stands in a prefix, or the path has both names",
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``/items/{item_id}`` -> ``/items/{id}`` for a parameter ``id``."""
    old, new = problem.data
    changed: Changes = None
    for end in ("}", ":"):
        before, after = f"{{{old}{end}", f"{{{new}{end}"
        changed = changed or edits.replace_in_argument(syntax, problem.span, "path", before, after)
    return edits.offer(f"Name it `{new}` in the path", changed, safe=False)
