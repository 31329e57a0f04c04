"""FLT428 unmatched-response-filter."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.answers.unmatched import Unmatched, unmatched
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``response_model=list[User], response_model_exclude={"password"}``"""
    for route, found in unmatched(project):
        if route.handler is None or project.module(route.handler.path).is_test:
            continue
        names = ", ".join(f"`{name}`" for name in found.names)
        what, instead = _told(found)
        is_stale = found.schema is not None and found.meant is None
        yield Problem(
            route.span,
            f"`{found.option}` names {names}{what}",
            instead,
            related=tuple(_trail(found)),
            affected=(route.handler.id,),
            severity=Severity.WARNING if is_stale else None,
        )


def _told(found: Unmatched) -> tuple[str, str]:
    """What of these names, and what to write instead."""
    nothing = "nothing is left out" if found.excludes else "nothing goes out by it"
    if found.schema is None:
        names = ", ".join(f'"{name}"' for name in found.names)
        why = f" where a list stands, whose items go by number or `__all__`: {nothing}"
        return why, f'write `{{"__all__": {{{names}}}}}`, or answer with a smaller model'
    no_field = f", which no field of `{found.schema.name}` is called"
    if found.meant is None:
        return f"{no_field}: {nothing}", "name the fields of the response model itself"
    effect = "goes out all the same" if found.excludes else "is left out"
    field = f"`{found.meant.owner.node.name}.{found.meant.name}` {effect}"
    if found.meant.name in found.names:
        why = f"{no_field}: {field}"
        return why, "name the fields that lead to it, or answer with a smaller model"
    return f", which is an alias: {field}", f'write the field\'s name, `"{found.meant.name}"`'


def _trail(found: Unmatched) -> Iterator[Related]:
    if found.schema is not None:
        yield Related(found.schema.span, f"`{found.schema.name}` is declared here")
    if found.meant is not None:
        yield Related(found.meant.span, "this field is meant")
