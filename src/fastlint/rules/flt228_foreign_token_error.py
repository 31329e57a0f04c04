"""See ``rules/FLT228-foreign-token-error.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.token_errors import astray
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Bad tokens that are answered with 500: the errors of another library are caught."""
    for found in astray(project):
        home, name = found.name.rsplit(".", 1)
        yield Problem(
            found.function.at(found.caught),
            f"`{name}` is that of `{home}`, and {found.library} decodes here: of a bad or expired "
            "token nothing is caught, and the client gets 500",
            f"catch `{found.instead}`",
            related=(Related(found.decodes.span, f"{found.library} raises its own errors here"),),
            affected=project.reach.handlers(found.function),
        )
