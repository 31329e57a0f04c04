"""The middleware of an app, in the order in which a request passes through it.

Followed from starlette 1.10, ``applications.py``: what is added later comes earlier, and what
``FastAPI(middleware=[…])`` lists comes last, in its own order.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from fastlint.findings import Span
from fastlint.model.following import classes
from fastlint.model.following.values import (
    UNKNOWN,
    ClassValue,
    FunctionValue,
    Instance,
    Items,
    RouterValue,
    Value,
)

_ENTERED = ("dispatch", "__call__")
"""The methods by which requests come into a middleware."""


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

    @property
    def handling(self) -> Value:
        """What requests come to: a function, or an object of the class as the app makes it."""
        if isinstance(self.made, ClassValue) and (self.args or self.options):
            return Instance(self.made, args=(UNKNOWN, *self.args), keywords=self.options)
        return self.made

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
                made = dispatching(item.args[0], item.keywords)
                yield Middleware(made, item.args[1:], item.keywords, item.span, given.open)


def dispatching(cls: Value, options: dict[str, Value]) -> Value:
    """What handles requests: ``BaseHTTPMiddleware, dispatch=function``, or the class by itself.

    A class of the project that says how it handles them may be given a ``dispatch`` for any use.
    """
    if isinstance(cls, ClassValue) and any(classes.method(cls, name) for name in _ENTERED):
        return cls
    return options.get("dispatch", cls)


def run_by(value: Value) -> Iterator[FunctionValue]:
    """The functions that run for a request: of a class or of an object its methods for that."""
    if isinstance(value, FunctionValue):
        yield value
    cls = value.cls if isinstance(value, Instance) else value
    if isinstance(cls, ClassValue):
        for name in _ENTERED:
            method = classes.method(cls, name)
            if method is not None:
                yield replace(method, bound=value) if isinstance(value, Instance) else method
