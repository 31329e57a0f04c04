"""See ``rules/FLT105-unawaited-coroutine.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Offer, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.calls.coroutines import Forgotten, forgotten
from fastlint.model.project import Project
from fastlint.rule import check

_WHAT = {
    "dropped": "{} is never awaited, so nothing of what it should do happens",
    "used": "{} is not awaited: what is used here is the coroutine, not its result",
    "tested": "{} is not awaited: what is tested here is the coroutine, not its result",
    "answered": "{} is not awaited: the coroutine is given to the client, which answers 500",
}
_ITSELF = "{} calls itself here, and nobody awaits it: it hides whatever else has that name"
_RENAME = "give the handler a name of its own"
_AWAIT = "write `await` before the call"
_OF_UPLOADS = "`UploadFile."
_FILE = "call the method of `.file`, which needs no `await`"
_NOT_HERE = "declare `{}` with `async def` and `await` it"


@check(Project)
def run(project: Project) -> Iterator[Problem]:
    """Coroutines that are made for a request and never awaited."""
    for each in forgotten(project):
        function = each.function
        reads_upload = not function.is_async and each.shown.startswith(_OF_UPLOADS)
        yield Problem(
            each.span,
            (_ITSELF if each.is_own else _WHAT[each.fate]).format(each.shown),
            _help(each),
            affected=project.reach.handlers(function),
            data=reads_upload,
            fixable=reads_upload or (function.is_async and not each.is_own),
            withheld="it calls itself" if each.is_own else "this function is no `async def`",
        )


def _help(each: Forgotten) -> str:
    if each.is_own:
        return _RENAME
    if each.function.is_async:
        return _AWAIT
    here = _NOT_HERE.format(each.function.name)
    return f"{_FILE}, or {here}" if each.shown.startswith(_OF_UPLOADS) else here


def fix(problem: Problem, syntax: Syntax) -> Offer:
    """``db.commit()`` -> ``await db.commit()``; in a ``def`` ``upload.file.read()``."""
    if problem.data:
        changed = edits.call_of_attribute(syntax, problem.span, "file")
        return edits.offer("Call the method of the file itself", changed, safe=False)
    changed = edits.await_call(syntax, problem.span)
    return edits.offer("Await it", changed, safe=False)
