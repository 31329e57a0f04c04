"""Where an ``async def`` could hand to a thread what leads to a blocking call."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from fastlint.findings import Span
from fastlint.model.calls.colour import may_run_in_thread
from fastlint.model.calls.inline import Step
from fastlint.model.calls.nodes import Leg, Node
from fastlint.model.calls.surroundings import Surroundings
from fastlint.model.following.functions import Function

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MOST = 4
"""Calls that one fix changes."""


class Handovers:
    """Finds the calls by which the event loop gets into plain functions."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._around: dict[int, Surroundings] = {}
        self._in_thread: dict[int, bool] = {}

    def of(self, nodes: Iterable[Node]) -> tuple[Leg, ...] | str:
        """All calls by which the loop gets to the functions, in the order of the text.

        Why not, if one of them could not be put into a thread, or they stand in several files.
        """
        found: dict[Span, Leg] = {}
        waiting = list(nodes)
        seen = {id(node) for node in waiting}
        while waiting:
            below = waiting.pop()
            if below.function.is_async or below.entries or not below.callers:
                return f"nothing calls `{below.function.name}` that could have a thread do it"
            for caller, step in below.callers:
                if not caller.function.is_async:
                    if id(caller) not in seen:
                        seen.add(id(caller))
                        waiting.append(caller)
                    continue
                why = self._obstacle(caller.function, step, below.function)
                if why:
                    return why
                leg = Leg(caller.function.at(step.node), step.verb, below.function)
                found[leg.span] = leg
                if len(found) > _MOST:
                    return f"more than {_MOST} calls would have to be made in a thread"
        spans = sorted(found)
        if any(span.path != spans[0].path for span in spans):
            return "calls in several files would have to be made in a thread"
        if not _are_beside(spans):
            return "one of the calls that would have to be made in a thread stands within another"
        return tuple(found[span] for span in spans)

    def _obstacle(self, caller: Function, step: Step, function: Function) -> str:
        """Why the caller cannot have a thread call the function; empty where it can."""
        if function.facts.is_generator:
            return f"`{function.name}` is a generator, which no thread can run as a whole"
        if step.site is None or step.verb != "calls":
            return f"`{caller.name}` does not call `{function.name}` itself"
        if function.name.startswith("__"):
            return f"`{caller.name}` does not call `{function.name}` by its name"
        around = self._around.get(id(caller))
        if around is None:
            around = self._around[id(caller)] = Surroundings(caller)
        if not around.may_hand_over(step.site):
            return f"`{caller.name}` cannot await `{function.name}` where it calls it"
        known = self._in_thread.get(id(function))
        if known is None:
            known = self._in_thread[id(function)] = may_run_in_thread(function, self.project)
        return "" if known else f"`{function.name}` may not be safe in several threads at once"


def _are_beside(spans: list[Span]) -> bool:
    """Whether none of the calls of one file stands within another."""
    return all((a.end_line, a.end_column) <= (b.line, b.column) for a, b in pairwise(spans))
