"""See ``rules/FLT101-blocking-call-in-async.md``."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.findings import Fix, Problem, Related, Severity
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.colour import could_be_def
from fastlint.model.entries import Entry
from fastlint.model.on_loop import Blocked, blocked
from fastlint.model.project import Project
from fastlint.rule import check

_DEF = "declare `{name}` with `def`, so that FastAPI runs it in its thread pool"
_THREAD = "hand the call to a thread with `await run_in_threadpool(…)`"
_APART = "move the work to a `def` and run that with `await run_in_threadpool(…)`"


@check(Entry)
def run(entry: Entry, project: Project) -> Iterator[Problem]:
    """Calls that keep the event loop waiting while an entry runs on it."""
    function = entry.function
    if project.module(function.path).is_test:
        return
    found = blocked(entry, project)
    renamed = all(each.mend == "rename" for each in found)
    loops = any(each.blocking.kind == "loop" for each in found)
    # One fix for all of them, or one for each: the two would be in each other's way.
    as_def = bool(found) and not renamed and not loops and could_be_def(entry, project)
    for each in found:
        mend = "def" if as_def else each.mend
        steps = [Related(function.name_span, f"{entry.label} runs on the event loop")]
        steps += [Related(call.span, "it calls this function") for _, call in each.trail]
        yield Problem(
            each.span,
            _message(each, entry.label),
            _help(each, mend, function.name),
            tuple(steps),
            tuple(dict.fromkeys(route.handler.id for route in entry.routes if route.handler)),
            None if each.blocking.certain else Severity.WARNING,
            (mend, each.mend, function.name_span, function.name),
            fixable=mend != "none",
        )


def _message(each: Blocked, where: str) -> str:
    if each.blocking.kind == "loop":
        return f"{each.blocking.shown} must not be called on a running event loop, as in {where}"
    verb = "blocks" if each.blocking.certain else "holds up"
    return f"{each.blocking.shown} {verb} the event loop in {where}"


def _help(each: Blocked, mend: str, name: str) -> str:
    if each.blocking.kind == "loop":
        return f"`await` {each.blocking.use}"
    way = {"def": _DEF.format(name=name), "thread": _THREAD, "none": _APART}.get(mend, "")
    use = f"use {each.blocking.use}" if each.blocking.use else ""
    return ", or ".join(filter(None, (use, way)))


def fix(problem: Problem, syntax: Syntax) -> Fix | None:
    """The function as a ``def``; else ``await asyncio.sleep``, or the call in a thread."""
    mend, alone, function, name = problem.data
    if mend == "def" and (changed := edits.make_sync(syntax, function)):
        return Fix(
            f"Make `{name}` a `def`, so that it runs in the thread pool", changed, safe=False
        )
    if alone == "thread" and (changed := edits.run_in_threadpool(syntax, problem.span)):
        return Fix("Run it in a thread", changed, safe=False)
    if alone.startswith("rename"):
        changed = edits.replace_call(syntax, problem.span, "asyncio.sleep", module="asyncio")
        return Fix("Await `asyncio.sleep`", changed, safe=alone == "rename") if changed else None
    return None
