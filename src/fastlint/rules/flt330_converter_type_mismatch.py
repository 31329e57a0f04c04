"""See ``rules/FLT330-converter-type-mismatch.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
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
            )


def _made(converter: str) -> str:
    return {"uuid": "UUID"}.get(converter, converter)
