"""FLT413 http-exception-args."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastlint.findings import Offer, Problem, Severity
from fastlint.fixes import edits
from fastlint.model.answers.http_errors import wrong_errors
from fastlint.model.project import Project
from fastlint.rule import check

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

_WHY = {
    "swapped": "the first argument is the status code, and a text is none: the client gets 500",
    "class": "`HTTPException` needs a status code: raised uncalled it becomes a TypeError, and 500",
    "no-status": "`HTTPException` has no status code, which it needs: a TypeError, and 500",
    "exception": "the detail is the exception `{}` itself, which is no JSON: the client gets 500",
    "model": "the detail is a `{}`, which is no JSON: the client gets 500",
    "success": "{} is no error: the client takes the answer for success",
    "response": "`{}` is no exception: raising it is a TypeError, and the client gets 500",
}
_WITHHELD = dict.fromkeys(("class", "no-status"), "which status is meant is for you to say")
_INSTEAD = {
    "swapped": "give the status code first, or both by name",
    "class": "call it: `HTTPException(status_code=…, detail=…)`",
    "no-status": "give it a `status_code`",
    "exception": "say what went wrong in your own words, or give `str(…)` of it",
    "model": "give `jsonable_encoder(…)` of it",
    "success": "return the answer, with `status_code=` in the decorator",
    "response": "return it from the path operation, or raise an `HTTPException`",
}


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """HTTP exceptions that are made wrongly."""
    for function, found in wrong_errors(project):
        yield Problem(
            function.at(found.node),
            _WHY[found.kind].format(found.text),
            _INSTEAD[found.kind],
            affected=project.reach.handlers(function),
            severity=Severity.WARNING if found.kind == "success" else None,
            data=found.kind,
            fixable=found.kind in ("swapped", "model", "exception"),
            withheld=_WITHHELD.get(found.kind, ""),
        )


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """Give both by name, or make a text or JSON of the detail."""
    if problem.data == "model":
        return edits.encode(syntax, problem.span)
    if problem.data == "exception":
        changed = edits.wrap_in_builtin(syntax, problem.span, "str")
        return edits.offer("Give the text of it, which clients will read", changed, safe=False)
    changed = edits.name_arguments(syntax, problem.span, ("detail", "status_code"))
    return edits.offer("Give the status code and the detail by name", changed, safe=True)
