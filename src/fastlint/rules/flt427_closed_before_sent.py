"""FLT427 closed-before-sent."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem, Related
from fastlint.model.answers.closed_before_sent import closed_before_sent
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``with open(path) as file: return StreamingResponse(file)``"""
    for found in closed_before_sent(project):
        function = found.function
        if project.module(function.path).is_test:
            continue
        if found.is_deleted:
            message = "the file is deleted when this response is sent, and the client gets 500"
            instead = "delete it in a background task: `FileResponse(…, background=…)`"
        else:
            message = "is closed when this response is sent, which breaks off without content"
            message = f"`{found.name}` {message}"
            instead = "open it in the generator that the response goes through"
        yield Problem(
            function.at(found.response),
            f"{message}: a response is sent after `with` has ended",
            instead,
            related=(Related(function.at(found.manager), "ends with the function"),),
            affected=project.reach.handlers(function),
        )
