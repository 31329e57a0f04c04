"""See ``rules/FLT328-model-as-depends.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.facts import tree
from fastlint.findings import Problem, Related
from fastlint.model.answers.handled import INVALID, is_answered
from fastlint.model.following.classes import is_subclass
from fastlint.model.following.values import Instance
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.model.shapes.validators import Validator
from fastlint.rule import check

_REFUSING = ("builtins.ValueError", "builtins.AssertionError", "pydantic_core.PydanticCustomError")
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
        refusing = next((v for v in schema.validators if _may_refuse(v, project)), None)
        if refusing is None or not dependency.params:
            continue
        if is_answered(INVALID, project, route.app):
            return
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


def _may_refuse(validator: Validator, project: Project) -> bool:
    """Whether the validator itself raises what pydantic makes a `ValidationError` of.

    It lets others through, such as `HTTPException`, which handlers of the app may answer.
    """
    if validator.function is None:
        return False
    function = project.function(validator.function)
    if any(isinstance(node, tree.Assert) for node in function.nodes):
        return True
    raised = (value for _, value in function.watch.raises)
    classes = (each.cls if isinstance(each, Instance) else each for each in raised)
    return any(is_subclass(each, *_REFUSING) for each in classes)
