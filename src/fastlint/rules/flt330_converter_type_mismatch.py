"""See ``rules/FLT330-converter-type-mismatch.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Offer, Problem, Related
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.project import Project
from fastlint.model.serving.inputs import way
from fastlint.model.serving.matching import PLACEHOLDER
from fastlint.model.serving.path_types import refuses
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Names in paths whose converter makes what their parameter's type refuses."""
    if not route.path or ":" not in route.path or project.module(route.span.path).is_test:
        return
    converters = {name: given[1:] for name, given in PLACEHOLDER.findall(route.path) if given}
    for _function, dependency, param in route.signatures:
        converter = converters.get(param.name if param.alias is None else param.alias)
        if param.source != "path" or converter is None:
            continue
        if refuses(converter, param.declared):
            name, made = param.name, _made(converter)
            yield Problem(
                param.annotation_span,
                f"`{{{name}:{converter}}}` makes `{name}` a `{made}`, which its type refuses: "
                "every request is answered with 422",
                f"take `:{converter}` out of the path, or write `{name}: {made}`",
                (*way(route, dependency), Related(route.span, "here the path is given")),
                () if route.handler is None else (route.handler.id,),
                data=made,
                fixable=_is_str(param.facts.annotation),
                withheld="which of the two is meant is for you to say",
            )


def _is_str(annotation: tree.Expr | None) -> bool:
    """Whether the type is the one that is written where nobody thinks of another."""
    return isinstance(annotation, tree.Name) and annotation.id == "str"


def _made(converter: str) -> str:
    return {"uuid": "UUID"}.get(converter, converter)


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``{id:int}`` and ``id: str`` -> ``id: int``."""
    wanted = [edits.Wanted("uuid", "UUID")] if problem.data == "UUID" else []
    pattern = "{0}" if wanted else problem.data
    changed = edits.rewrite_annotation(syntax, problem.span, pattern, wanted)
    return edits.offer(f"Write `{problem.data}`", changed, safe=False)
