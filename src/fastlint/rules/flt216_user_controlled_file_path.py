"""See ``rules/FLT216-user-controlled-file-path.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.project import Project
from fastlint.model.security.file_names import chosen
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Files that are opened where a text of the request says."""
    for found in chosen(project):
        is_name = found.input.source == "file"
        made = () if found.made is None else (Related(found.made, "and is made a path here"),)
        yield Problem(
            found.where.function.at(found.path),
            f"`{found.input.key}` comes from the request and says which file this is: "
            '"../../etc/passwd" leads out of the folder',
            "take only the last part, `Path(…).name`, or better a name of your own"
            if is_name
            else "resolve the path and refuse it unless it `is_relative_to` the folder",
            related=(*found.where.way(found.input), *made),
            affected=found.where.affected,
        )
