"""See ``rules/FLT217-sql-string-interpolation.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.project import Project
from fastlint.model.security.sql import injections
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Texts of a request that become a part of SQL, in the handler or below it."""
    for found in injections(project):
        yield Problem(
            found.where.function.at(found.text),
            f"`{found.input.key}` comes from the request and becomes a part of the SQL: whoever "
            "sends it can run other statements",
            "write `:name` in the text and hand the value over as a parameter; choose names of "
            "columns and tables from a list of your own",
            related=found.where.way(found.input),
            affected=found.where.affected,
        )
