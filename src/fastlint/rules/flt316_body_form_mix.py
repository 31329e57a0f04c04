"""See ``rules/FLT316-body-form-mix.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.serving.inputs import way
from fastlint.model.serving.routing import Route
from fastlint.model.serving.unread_bodies import needs_json
from fastlint.rule import check

_FORMS = ("form", "file")


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Models and dictionaries beside a form or a file."""
    if project.module(route.span.path).is_test:
        return
    forms = [param for param in route.all_params if param.source in _FORMS]
    if not forms:
        return
    form = next((each for each in forms if not each.implied), forms[0])
    for _function, dependency, param in route.signatures:
        if not needs_json(param, project):
            continue
        kind = "an uploaded file" if form.source == "file" else "a field of a form"
        yield Problem(
            param.span,
            f"`{param.name}` is read as JSON, but `{form.name}` is {kind}: a body is one or the "
            "other, so every request is refused with 422",
            f"take the fields of `{param.name}` from the form as well: `Annotated[…, Form()]`",
            (*way(route, dependency), Related(form.span, f"`{form.name}` makes the body a form")),
            affected=() if route.handler is None else (route.handler.id,),
        )
