"""The fix of a call that blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Edit, Fix, Span
from fastlint.fixes.calls import replace_call, run_in_threadpool
from fastlint.fixes.functions import make_sync

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

Turned = tuple[tuple[Span, tuple[Span, ...]], ...]
"""The names of functions that are to be a ``def``, and what of each is an ``await`` too many."""
Offered = tuple[str, str, Span, Turned]
"""How the call is mended if the function is left as it is, the function's name, the call, and what
becomes a ``def`` otherwise: see `fastlint.model.calls.unblocking.Offer`."""


def unblock(offered: Offered, syntax: Syntax) -> Fix | None:
    """The function as a ``def``; else ``await asyncio.sleep``, or the call in a thread."""
    alone, name, place, turned = offered
    if turned and (changed := _as_defs(turned, syntax)):
        title = f"Make `{name}` a `def`, so that it runs in the thread pool"
        return Fix(title, changed, safe=False)
    if place.path != syntax.file.path:
        return None
    if alone == "thread" and (changed := run_in_threadpool(syntax, place)):
        return Fix("Run it in a thread", changed, safe=False)
    if alone.startswith("rename"):
        changed = replace_call(syntax, place, "asyncio.sleep", module="asyncio")
        return Fix("Await `asyncio.sleep`", changed, safe=alone == "rename") if changed else None
    return None


def _as_defs(turned: Turned, syntax: Syntax) -> tuple[Edit, ...] | None:
    found: list[Edit] = []
    for function, awaits in turned:
        edits = make_sync(syntax, function, awaits)
        if edits is None:
            return None
        found.extend(edits)
    return tuple(found)
