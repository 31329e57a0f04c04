"""The fix of a call that blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.findings import Fix, Span
from fastlint.fixes.calls import replace_call, run_in_threadpool
from fastlint.fixes.functions import make_sync

if TYPE_CHECKING:
    from fastlint.fixes.syntax import Syntax

Offered = tuple[str, str, Span, str, Span]
"""How it is mended, how if the function is left as it is, the function's name and where that
stands, the call: see `fastlint.model.calls.unblocking.Offer`."""


def unblock(offered: Offered, syntax: Syntax) -> Fix | None:
    """The function as a ``def``; else ``await asyncio.sleep``, or the call in a thread."""
    mend, alone, function, name, place = offered
    if mend == "def" and (changed := make_sync(syntax, function)):
        return Fix(
            f"Make `{name}` a `def`, so that it runs in the thread pool", changed, safe=False
        )
    if place.path != syntax.file.path:
        return None
    if alone == "thread" and (changed := run_in_threadpool(syntax, place)):
        return Fix("Run it in a thread", changed, safe=False)
    if alone.startswith("rename"):
        changed = replace_call(syntax, place, "asyncio.sleep", module="asyncio")
        return Fix("Await `asyncio.sleep`", changed, safe=alone == "rename") if changed else None
    return None
