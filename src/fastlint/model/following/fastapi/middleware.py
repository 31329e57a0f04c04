"""The middleware of an app, in the order in which a request passes through it.

Followed from starlette 1.10, ``applications.py``: what is added later comes earlier, and what
``FastAPI(middleware=[…])`` lists comes last, in its own order.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fastlint.findings import Span
from fastlint.model.following.values import UNKNOWN, Instance, Items, RouterValue, Value


class Middleware(msgspec.Struct, frozen=True, eq=False):
    """One middleware of an app."""

    made: Value
    """Its class, or the function that it calls."""
    args: tuple[Value, ...]
    options: dict[str, Value]
    span: Span
    """The call that adds it, or lists it."""
    conditional: bool
    """Whether it is added only under a condition that is not known."""

    def option(self, name: str, place: int) -> Value | None:
        """What it is given by name, or as positional argument number ``place``; None for neither.

        `Unknown` where it may be given among what is not known.
        """
        found = self.options.get(name)
        if found is None and place < len(self.args):
            found = self.args[place]
        return UNKNOWN if found is None and "**" in self.options else found


def middleware(app: RouterValue) -> tuple[Middleware, ...]:
    """The middleware of an app, outermost first, as far as it is known."""
    added = [item for item in app.attached if item.kind == "middleware"]
    return (
        *(
            Middleware(item.function, item.args, item.options, item.span, item.conditional)
            for item in reversed(added)
        ),
        *_listed(app),
    )


def _listed(app: RouterValue) -> Iterator[Middleware]:
    given = app.options.get("middleware")
    if isinstance(given, Items):
        for item in given.items:
            if isinstance(item, Instance) and item.args and item.span is not None:
                made = item.keywords.get("dispatch", item.args[0])
                yield Middleware(made, item.args[1:], item.keywords, item.span, given.open)
