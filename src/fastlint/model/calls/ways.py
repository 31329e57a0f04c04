"""How a blocking call and the way to it are told."""

from __future__ import annotations

from fastlint.config.settings import Settings
from fastlint.findings import Related
from fastlint.model.calls.entries import different
from fastlint.model.calls.nodes import Leg
from fastlint.model.calls.on_loop import Blocked
from fastlint.model.following.functions import Function

_DEF = "declare `{}` with `def`, so that FastAPI runs it in its thread pool"
_TASK_DEF = "declare the task `{}` itself with `def`: then it runs in the thread pool"
_HERE = "hand the call to a thread with `await run_in_threadpool(…)`"
_THERE = "hand {} to a thread where it is called, with `await run_in_threadpool(…)`"
_APART = "move the work to a `def` and run that with `await run_in_threadpool(…)`"
_FAR = "a warning only, since the call is more than five calls away"
_POSSIBLE = "a warning only, since it is one of {} that may be run there"
_EVERY_REQUEST = frozenset({"authentication backend", "middleware"})
_MOST = 4
"""Functions that a message names; of a longer way the middle is left out."""


def shown(function: Function) -> str:
    """The function as its own code calls it: ``Repo.load``, ``wrapper``."""
    value = function.value
    facts = function.facts if value is None else value.original.facts
    return f"`{facts.qualname.rpartition('<locals>.')[2]}`"


def way(each: Blocked) -> str:
    """``the handler of `GET /a` → `build` → `load```; of a call in the entry itself, the entry."""
    names = [shown(leg.function) for leg in each.trail]
    names = [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    if len(names) > _MOST:
        names[2:-2] = ["…"]
    return " → ".join((each.entries[0].nearest, *names))


def steps(each: Blocked) -> tuple[Related, ...]:
    """The trail, from what runs on the loop to the function in which the call stands."""
    entry = each.entries[0]
    first = Related(entry.function.name_span, f"{entry.label} runs on the event loop")
    return (first, *map(_step, each.trail))


def _step(leg: Leg) -> Related:
    may = f", one of {leg.among} that may be run there" if leg.among else ""
    return Related(leg.span, f"which {leg.verb} {shown(leg.function)}{may}")


def where(each: Blocked) -> str:
    """``for 12 routes, first in …``, or only the way where no more than one route waits.

    What every request passes through is named, even where a route's way to the call is shorter.
    """
    every = next((e for e in each.entries if e.kind in _EVERY_REQUEST and not e.routes), None)
    if every is not None and every is not each.entries[0]:
        return f"for requests that reach it through {every.nearest}, first in {way(each)}"
    count = different(each.routes)
    return f"for {count:,} routes, first in {way(each)}" if count > 1 else f"in {way(each)}"


def message(each: Blocked) -> str:
    """What blocks the event loop, and by which way it is reached."""
    if each.blocking.kind == "loop":
        here = f"as it is {where(each)}"
        return f"{each.blocking.shown} must not be called on a running event loop, {here}"
    verb = "blocks" if each.blocking.weight == "heavy" else "holds up"
    return f"{each.blocking.shown} {verb} the event loop {where(each)}"


def advice(each: Blocked, mend: str, settings: Settings | None = None) -> str:
    """What to do instead, where ``mend`` is how the code can be changed.

    With the ``settings`` by which it is judged, also what the length of the way does to that.
    """
    told = _instead(each, mend)
    if settings is not None and each.is_far(settings):
        return f"{told} ({_FAR})"
    if settings is not None and each.is_possible(settings):
        return f"{told} ({_POSSIBLE.format(each.among)})"
    return told


def _instead(each: Blocked, mend: str) -> str:
    if each.blocking.kind == "loop":
        return f"`await` {each.blocking.use}"
    use = f"use {each.blocking.use}" if each.blocking.use else ""
    entry = each.entries[0]
    as_def = _TASK_DEF if entry.kind == "background task" else _DEF
    apart = as_def.format(entry.function.name) if mend == "def" else _APART
    if mend == "thread":
        names = dict.fromkeys(shown(there.function) for there in each.handovers)
        apart = _THERE.format(" and ".join(names)) if names else _HERE
    told = [use, "" if mend.startswith(("rename", "upload")) else apart]
    if mend == "def" and each.blocking.kind == "database":
        told.reverse()  # the session need not change then
    return ", or ".join(filter(None, told))
