"""The fix of a call that blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Changes, Edit, Offer, Span, Withheld
from fastlint.fixes.calls import await_upload, replace_call
from fastlint.fixes.functions import make_sync
from fastlint.fixes.offering import offer
from fastlint.fixes.threadpool import run_in_threadpool

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

Turned = tuple[tuple[Span, tuple[Span, ...]], ...]
"""The names of functions that are to be a ``def``, and what of each is an ``await`` too many."""
Offered = tuple[str, str, tuple[Span, ...], Turned]
"""How the calls are mended if the function is left as it is, the function's name, the calls, and
what becomes a ``def`` otherwise: see `fastlint.model.calls.unblocking.Offer`."""


def unblock(offered: Offered, syntax: Syntax) -> Offer:
    """The function as a ``def``; else ``await asyncio.sleep``, or the call in a thread."""
    alone, name, places, turned = offered
    as_def = _as_defs(turned, syntax) if turned else None
    if as_def or places[0].path != syntax.file.path:
        title = f"Make `{name}` a `def`, so that it runs in the thread pool"
        return offer(title, as_def, safe=False)
    own = await_upload(syntax, places[0]) if alone == "upload" else None
    if own:
        return offer("Await the method of the upload", own, safe=False)
    if alone in ("thread", "upload"):
        return offer("Run it in a thread", _in_threads(places, syntax), safe=False)
    if alone.startswith("rename"):
        changed = replace_call(syntax, places[0], "asyncio.sleep", module="asyncio")
        return offer("Await `asyncio.sleep`", changed, safe=alone == "rename")
    return as_def if isinstance(as_def, Withheld) else None


def _in_threads(places: tuple[Span, ...], syntax: Syntax) -> Changes:
    found: dict[Edit, None] = {}
    for place in places:
        edits = run_in_threadpool(syntax, place)
        if not edits:
            return edits
        found.update(dict.fromkeys(edits))
    return tuple(found)


def _as_defs(turned: Turned, syntax: Syntax) -> Changes:
    found: list[Edit] = []
    for function, awaits in turned:
        edits = make_sync(syntax, function, awaits)
        if not edits:
            return edits
        found.extend(edits)
    return tuple(found)
