"""See ``rules/FLT101-blocking-call-in-async.md``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fastlint.findings import Fix, Problem
from fastlint.fixes import edits
from fastlint.fixes.syntax import Syntax
from fastlint.model.calls import ways
from fastlint.model.calls.colour import could_be_def
from fastlint.model.calls.on_loop import Blocked
from fastlint.model.project import Project
from fastlint.rule import check


@check(Project)
def run(_: Project, project: Project) -> Iterator[Problem]:
    """Calls that keep the event loop waiting while it serves requests."""
    alone: dict[int, list[Blocked]] = defaultdict(list)
    for each in project.blocked:
        alone[id(each.entries[0]) if len(each.entries) == 1 else 0].append(each)
    alone.pop(0, None)
    # One fix for all that an entry does, or one for each: the two would be in each other's way.
    as_def = {key for key, found in alone.items() if _is_better_as_def(found, project)}
    for each in project.blocked:
        if each.blocking.kind == "loop":
            continue  # it cannot work at all, which is another rule's matter
        entry = each.entries[0]
        is_def = id(entry) in as_def and len(each.entries) == 1
        here = "thread" if each.handover is not None and each.trail else each.mend
        place = each.handover.span if each.handover and each.trail else each.span
        mend = "def" if is_def else here
        changed = entry.function.name_span if is_def else place
        handlers = (r.handler.id for e in each.entries for r in e.routes if r.handler)
        yield Problem(
            each.span,
            ways.message(each),
            ways.advice(each, mend, project.settings),
            ways.steps(each),
            tuple(dict.fromkeys(handlers)),
            each.severity(project.settings),
            (mend, here, entry.function.name_span, entry.function.name, place),
            fixable=mend != "none" and changed.path == each.span.path,
        )


def _is_better_as_def(found: Sequence[Blocked], project: Project) -> bool:
    if any(each.blocking.kind == "loop" for each in found):
        return False
    renamed = all(each.mend == "rename" for each in found)
    return not renamed and could_be_def(found[0].entries[0], project)


def fix(problem: Problem, syntax: Syntax) -> Fix | None:
    """The function as a ``def``; else ``await asyncio.sleep``, or the call in a thread."""
    mend, alone, function, name, place = problem.data
    if mend == "def" and (changed := edits.make_sync(syntax, function)):
        return Fix(
            f"Make `{name}` a `def`, so that it runs in the thread pool", changed, safe=False
        )
    if alone == "thread" and (changed := edits.run_in_threadpool(syntax, place)):
        return Fix("Run it in a thread", changed, safe=False)
    if alone.startswith("rename"):
        changed = edits.replace_call(syntax, place, "asyncio.sleep", module="asyncio")
        return Fix("Await `asyncio.sleep`", changed, safe=alone == "rename") if changed else None
    return None
