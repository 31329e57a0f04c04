"""What is said of a call that blocks the event loop, and which change of the code is offered.

One offer for all that an entry does, or one for each call: the two would be in each other's way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.findings import Problem, Span
from fastlint.model.calls import ways
from fastlint.model.calls.colour import could_be_def
from fastlint.model.calls.on_loop import Blocked

if TYPE_CHECKING:
    from fastlint.model.project import Project


@dataclass(frozen=True, eq=False)
class Offer:
    """A place where the event loop is kept waiting, and how the code can be changed there."""

    blocked: Blocked
    mend: str
    """As `Blocked.mend`, or ``def`` where the entry can be one."""
    alone: str
    """The same, where the entry is left as it is."""
    place: Span
    """The call that would be changed: this one, or the last by which the loop gets here."""

    def problem(self, project: Project) -> Problem:
        """What is said; its ``data`` is what `fastlint.fixes.unblocking.unblock` takes."""
        each, function = self.blocked, self.blocked.entries[0].function
        changed = function.name_span if self.mend == "def" else self.place
        handlers = (r.handler.id for e in each.entries for r in e.routes if r.handler)
        return Problem(
            each.span,
            ways.message(each),
            ways.advice(each, self.mend, project.settings),
            ways.steps(each),
            tuple(dict.fromkeys(handlers)),
            each.severity(project.settings),
            (self.mend, self.alone, function.name_span, function.name, self.place),
            fixable=self.mend != "none",
            mended_in="" if changed.path == each.span.path else changed.path,
        )


def offers(project: Project) -> Iterator[Offer]:
    """Everything that blocks the loop while requests are served.

    Second event loops are left out: they cannot work at all, which is another matter.
    """
    alone: dict[int, list[Blocked]] = defaultdict(list)
    for each in project.blocked:
        alone[id(each.entries[0]) if len(each.entries) == 1 else 0].append(each)
    alone.pop(0, None)
    as_def = {key for key, found in alone.items() if _is_better_as_def(found, project)}
    for each in project.blocked:
        if each.blocking.kind == "loop":
            continue
        there = each.handover if each.trail else None
        here = "thread" if there is not None else each.mend
        is_def = id(each.entries[0]) in as_def and len(each.entries) == 1
        place = each.span if there is None else there.span
        yield Offer(each, "def" if is_def else here, here, place)


def _is_better_as_def(found: Sequence[Blocked], project: Project) -> bool:
    if any(each.blocking.kind == "loop" for each in found):
        return False
    renamed = all(each.mend == "rename" for each in found)
    return not renamed and could_be_def(found[0].entries[0], project)
