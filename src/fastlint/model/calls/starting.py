"""What start-up waits for, told once for each call by which it gets there.

Where a program begins, one call leads to many that wait: migrations, the first rows, caches.
Whoever hands that one call to a thread has mended them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from fastlint.findings import Severity, Span
from fastlint.model.calls.nodes import Leg
from fastlint.model.calls.on_loop import Blocked

if TYPE_CHECKING:
    from fastlint.model.project import Project


class Start(msgspec.Struct, frozen=True, eq=False):
    """A place where start-up or shutdown keeps the event loop waiting."""

    first: Blocked
    """Of all that waits there the one with the shortest way."""
    others: int
    """How many more there are."""
    leg: Leg | None
    """The call that leads to all of them; None where there is but one, told where it stands."""

    @property
    def span(self) -> Span:
        """Where it can be changed."""
        return self.first.span if self.leg is None else self.leg.span


def starts(project: Project) -> Iterator[Start]:
    """Where start-up and shutdown wait for what requests do not wait for as well.

    Second event loops are another matter, and so is what hardly anybody notices.
    """
    told = {each.span for each in project.blocked}
    together: dict[Span, list[tuple[Blocked, Leg | None]]] = defaultdict(list)
    for each in project.blocked_at_start:
        is_meant = each.blocking.kind != "loop" and each.span not in told
        if is_meant and each.severity(project.settings) is not Severity.INFO:
            leg = _leaving(each)
            together[each.span if leg is None else leg.span].append((each, leg))
    for found in together.values():
        first, leg = min(found, key=lambda pair: len(pair[0].trail))
        yield Start(first, len(found) - 1, leg if len(found) > 1 else None)


def _leaving(each: Blocked) -> Leg | None:
    """The call by which the last ``async def`` on the way gets into what is none."""
    functions = [each.entries[0].function, *(leg.function for leg in each.trail)]
    last = max((i for i, function in enumerate(functions) if function.is_async), default=0)
    return each.trail[last] if last < len(each.trail) else None
