"""See ``rules/FLT430-json-encoded-twice.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Problem
from fastlint.model.answers.encoded_twice import encoded_twice
from fastlint.model.project import Project
from fastlint.rule import check

_INSTEAD = {
    "send_json": "send it with `send_text`, or give `send_json` the content itself",
    "JSONResponse": "give it the content itself, or the text to "
    '`Response(…, media_type="application/json")`',
    "": 'return the content itself, or the text in `Response(…, media_type="application/json")`',
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """``send_json(event.model_dump_json())``"""
    for found in encoded_twice(project):
        function = found.function
        if not project.module(function.path).is_test:
            by = f"`{found.again_by}`" if found.again_by else "FastAPI"
            yield Problem(
                function.at(found.node),
                f"this is JSON already, made by `{found.made_by}`, and {by} encodes it once more: "
                "the client gets a text in quotes instead of the content",
                _INSTEAD[found.again_by],
                affected=project.reach.handlers(function),
            )
