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

    def of(self, nodes: Iterable[Node]) -> tuple[Leg, ...]:
        """All calls by which the loop gets to the functions, in the order of the text.

        Empty if one of them could not be put into a thread, or they stand in several files.
        """
        found: dict[Span, Leg] = {}
        waiting = list(nodes)
        seen = {id(node) for node in waiting}
        while waiting:
            below = waiting.pop()
            if below.function.is_async or below.entries or not below.callers:
                return ()
            for caller, step in below.callers:
                if not caller.function.is_async:
                    if id(caller) not in seen:
                        seen.add(id(caller))
                        waiting.append(caller)
                    continue
                leg = self._if_movable(caller.function, step, below.function)
                if leg is None:
                    return ()
                found[leg.span] = leg
                if len(found) > _MOST:
                    return ()
        spans = sorted(found)
        return tuple(found[span] for span in spans) if _are_beside(spans) else ()

    def _if_movable(self, caller: Function, step: Step, function: Function) -> Leg | None:
        if step.site is None or step.verb != "calls" or function.facts.is_generator:
            return None
        if function.name.startswith("__"):
            return None  # an object is made, or called by a name that is not the method's
        around = self._around.get(id(caller))
        if around is None:
            around = self._around[id(caller)] = Surroundings(caller)
        if not around.may_hand_over(step.site):
            return None
        known = self._in_thread.get(id(function))
        if known is None:
            known = self._in_thread[id(function)] = may_run_in_thread(function, self.project)
        return Leg(caller.at(step.node), step.verb, function) if known else None


def _are_beside(spans: list[Span]) -> bool:
    """Whether the calls stand in one file, and none within another."""
    return all(
        a.path == b.path and (a.end_line, a.end_column) <= (b.line, b.column)
        for a, b in pairwise(spans)
    )
