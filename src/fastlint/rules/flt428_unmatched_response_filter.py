"""FLT428 unmatched-response-filter."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.answers.unmatched import Unmatched, unmatched
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``response_model=list[User], response_model_exclude={"password"}``"""
    for route in project.operations:
        if route.handler is not None and not project.module(route.handler.path).is_test:
            for found in unmatched(route, project):
                yield _problem(found, route, route.handler.id)


def _problem(found: Unmatched, route: Route, handler: str) -> Problem:
    names = ", ".join(f"`{name}`" for name in found.names)
    excludes = found.option == "response_model_exclude"
    related: tuple[Related, ...] = ()
    severity = None
    if found.schema is None:
        effect = "nothing is left out" if excludes else "every item is left out"
        why = f"{names} would be a number or `__all__` in a list, so that {effect}"
        written = ", ".join(f'"{name}"' for name in found.names)
        instead = f'write `{{"__all__": {{{written}}}}}`, or answer with a smaller model'
    else:
        related = (Related(found.schema.span, f"`{found.schema.name}` is declared here"),)
        field = found.meant
        if field is None:
            effect = "leaves nothing out" if excludes else "lets nothing through"
            why = f"`{found.schema.name}` has no field {names}, so that this {effect}"
            instead = "name a field of the response model itself, or leave the name out"
            severity = Severity.WARNING
        else:
            effect = "goes out all the same" if excludes else "is left out"
            where = f"`{field.owner.node.name}.{field.name}`"
            related = (*related, Related(field.span, f"{where} {effect}"))
            if field.name in found.names:
                why = f"`{found.schema.name}` has no field {names}, and {where} {effect}"
                instead = "name the fields that lead to it, or answer with a smaller model"
            else:
                why = f"{names} is an alias of {where}, which {effect}"
                instead = f'write the name of the field, `"{field.name}"`'
    return Problem(
        route.span,
        f"`{found.option}`: {why}",
        instead,
        related,
        affected=(handler,),
        severity=severity,
    )
