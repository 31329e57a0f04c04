"""All functions that run for requests, or besides them, with the calls that they make."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.model.calls.reach import called
from fastlint.model.following.frames import CallSite
from fastlint.model.following.functions import Function

if TYPE_CHECKING:
    from fastlint.model.project import Project

_MOST = 20_000


class Running(msgspec.Struct, frozen=True, eq=False):
    """A function that runs, on the event loop or in a thread."""

    function: Function
    calls: list[CallSite]
    """As seen by way of the nearest entry: what that caller gives is known."""
    on_loop: bool


def running(project: Project) -> Iterator[Running]:
    """Each function once: what runs on the event loop, then start-up, then what runs in threads.

    Tests are left out, and so is what start-up calls and what is handed to threads by hand.
    """
    seen: set[tuple[str, int]] = set()
    queue = deque(each.function for each in project.reach.served)

    def is_new(function: Function) -> bool:
        key = (function.path, function.facts.index)
        new = key not in seen and not project.module(function.path).is_test
        seen.add(key)
        return new

    for function, watch in project.followed.watched:
        if is_new(function):
            yield Running(function, watch.calls, on_loop=True)
    for entry in project.starting:
        for function in entry.variants:
            if is_new(function):
                yield Running(function, function.calls, on_loop=True)
    while queue and len(seen) < _MOST:
        function = queue.popleft()
        if is_new(function):
            yield Running(function, function.calls, on_loop=False)
            queue.extend(_called(function.calls, project))


def _called(calls: list[CallSite], project: Project) -> Iterator[Function]:
    for site in calls:
        for value in called(site):
            yield project.function(value)
