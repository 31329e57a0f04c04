"""FLT410 orm-returned-without-response-model."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related, Severity
from fastlint.model.answers.echoed import bare
from fastlint.model.project import Project
from fastlint.model.serving.routing import Route
from fastlint.rule import check


@check(Route)
def run(route: Route, project: Project) -> Iterator[Problem]:
    """Objects of the ORM that go out with every column."""
    handler = route.handler
    if handler is None or project.module(handler.path).is_test:
        return
    for found in bare(route, project):
        table = found.table
        among = f", `{found.secret}` among them" if found.secret else ""
        column = table.column(found.secret) if found.secret else None
        related = () if column is None else (Related(column.span, "goes out"),)
        yield Problem(
            handler.at(found.node),
            f"a `{table.name}` is returned and no response model says what of it may go out: "
            f"every column does{among}",
            "declare a response model with the fields that clients may see",
            related=related,
            affected=(handler.id,),
            severity=Severity.ERROR if found.secret else None,
        )
