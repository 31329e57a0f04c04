"""See ``rules/FLT328-model-as-depends.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.facts.walk import walk
from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.model.shapes.validators import Validator
from fastlint.rule import check

_MODELS = (0, 115)
"""From here on `Query()` takes a model."""


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Models with validators that FastAPI calls as dependencies."""
    if project.module(route.span.path).is_test:
        return
    for dependency in route.all_dependencies:
        schema = project.schema(dependency.callable)
        if schema is None or schema.kind not in ("pydantic", "table"):
            continue
        refusing = next(filter(_may_refuse, schema.validators), None)
        if refusing is None or not dependency.params:
            continue
        takes = project.versions.of("fastapi", dependency.span.path).at_least(_MODELS)
        yield Problem(
            dependency.span,
            f"`{schema.name}` is called as a dependency: what `{refusing.name}` refuses is "
            "answered with 500, not with 422",
            "write `Annotated[<model>, Query()]`, or a function that makes it of parameters"
            if takes
            else "write a function that makes it of parameters, and raise `HTTPException` there",
            (Related(refusing.span, f"`{refusing.name}` may refuse what a request brings"),),
            () if route.handler is None else (route.handler.id,),
        )


def _may_refuse(validator: Validator) -> bool:
    """Whether the validator raises itself."""
    if validator.function is None:
        return False
    body = tree.statements(validator.function.facts)
    return any(isinstance(node, tree.Raise | tree.Assert) for node in walk(body))
