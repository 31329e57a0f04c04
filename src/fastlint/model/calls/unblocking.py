"""What is said of a call that blocks the event loop, and which change of the code is offered.

One offer for all that an entry does, or one for each call: the two would be in each other's way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Problem, Severity, Span
from fastlint.model.calls import ways
from fastlint.model.calls.colour import as_defs
from fastlint.model.calls.on_loop import Blocked
from fastlint.model.calls.turning import Turned

if TYPE_CHECKING:
    from fastlint.model.project import Project

_NO_CHANGE = "no change of one call is sure to do the same"
_ALONE = "in AWS Lambda requests come one at a time, so nobody waits until it runs elsewhere"


class Offer(msgspec.Struct, frozen=True, eq=False):
    """A place where the event loop is kept waiting, and how the code can be changed there."""

    blocked: Blocked
    mend: str
    """As `Blocked.mend`, or ``def`` where the entry can be one."""
    alone: str
    """The same, where the entry is left as it is."""
    places: tuple[Span, ...]
    """The calls that would be changed: this one, or the last by which the loop gets here."""
    turned: tuple[Turned, ...] = ()
    """The functions that would be a ``def``, the entry first."""

    def problem(self, project: Project) -> Problem:
        """What is said; its ``data`` is what `fastlint.fixes.unblocking.unblock` takes."""
        each, function = self.blocked, self.blocked.entries[0].function
        changed = function.name_span if self.mend == "def" else self.places[0]
        turned = tuple((each.function.name_span, each.awaits) for each in self.turned)
        handlers = (r.handler.id for e in each.entries for r in e.routes if r.handler)
        return Problem(
            each.span,
            ways.message(each),
            self._advice(project),
            ways.steps(each),
            tuple(dict.fromkeys(handlers)),
            Severity.INFO if project.serves_alone else each.severity(project.settings),
            (self.alone, function.name, self.places, turned),
            fixable=self.mend != "none",
            withheld=self.blocked.obstacle or _NO_CHANGE,
            mended_in="" if changed.path == each.span.path else changed.path,
        )

    def _advice(self, project: Project) -> str:
        told = ways.advice(self.blocked, self.mend, project.settings)
        if project.serves_alone:
            told = f"{told} ({_ALONE})"
        helpers = [ways.shown(each.function) for each in self.turned[1:]]
        if not helpers:
            return told
        return f"{told}; {' and '.join(helpers)} as well, without `await`"


def offers(project: Project) -> Iterator[Offer]:
    """Everything that blocks the loop while requests are served.

    Second event loops are left out: they cannot work at all, which is another matter.
    """
    alone: dict[int, list[Blocked]] = defaultdict(list)
    for each in project.blocked:
        alone[id(each.entries[0].function) if len(each.entries) == 1 else 0].append(each)
    alone.pop(0, None)
    awaiting = [
        leg.span for each in project.blocked if len(each.entries) > 1 for leg in each.handovers
    ]
    as_def = {key: _as_def(found, awaiting, project) for key, found in alone.items()}
    for each in project.blocked:
        if each.blocking.kind == "loop":
            continue
        here = "thread" if each.handovers else each.mend
        turned = as_def.get(id(each.entries[0].function), ()) if len(each.entries) == 1 else ()
        places = tuple(leg.span for leg in each.handovers) or (each.span,)
        yield Offer(each, "def" if turned else here, here, places, turned)


def _as_def(
    found: Sequence[Blocked], awaiting: Sequence[Span], project: Project
) -> tuple[Turned, ...]:
    """The functions that are better off as a ``def``.

    ``awaiting``: the calls that are to be awaited for the sake of several entries.
    """
    if any(each.blocking.kind == "loop" for each in found):
        return ()
    own = found[0].entries[0].function.span
    if any(own.contains(each) for each in awaiting):
        return ()
    renamed = all(each.mend in ("rename", "upload") for each in found)
    return () if renamed else as_defs(found[0].entries[0], project)
